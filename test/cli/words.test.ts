import { describe, expect, test } from 'vitest';

import { SimulatedClock } from '#clock/simulated.ts';
import { reportError } from '#cli/errors.ts';
import { EXIT, EXIT_MEANING, exitOf } from '#cli/exit.ts';
import { Output, type Sink } from '#cli/output.ts';
import { progress } from '#cli/progress.ts';
import { Fault } from '#domain/fault.ts';

function memory(isTTY = false): { sink: Sink; text: () => string } {
  let text = '';
  return { sink: { write: (more) => void (text += more), isTTY, columns: 80 }, text: () => text };
}

function report(error: unknown, asJson = false): { code: number; text: string } {
  const { sink, text } = memory();
  const code = reportError(error, new Output(memory().sink, sink, {}), asJson);
  return { code, text: text() };
}

describe('an error', () => {
  test('reads as what is wrong, where, and the cure', () => {
    const fault = new Fault('DATA_ROW_INVALID', 'high 3 is below low 4', { cure: 'mend the row', data: { file: 'bars.csv', line: 7, column: 2 } });
    expect(report(fault)).toEqual({ code: 1, text: 'error: high 3 is below low 4\nwhere: bars.csv:7:2\ncure: mend the row\n' });
  });

  test('does not say its place twice', () => {
    expect(report(new Fault('DATA_ROW_INVALID', 'bars.csv:7:2: bad', { data: { path: 'bars.csv', line: 7, column: 2 } })).text).toBe('error: bars.csv:7:2: bad\n');
  });

  test('that is a bug shows its stack and asks for a report', () => {
    const { code, text } = report(new TypeError('x is not a function'));
    expect(code).toBe(1);
    expect(text).toMatch(/^bug: TypeError: x is not a function\n\s+at /);
    expect(text).toContain('please report');
  });

  test('as JSON is one line with code, message, cure and data', () => {
    const { code, text } = report(new Fault('PORT_TAKEN', 'port 1 is taken', { cure: 'take another', data: { port: 1 } }), true);
    expect(code).toBe(3);
    expect(text.trimEnd()).not.toContain('\n');
    expect(JSON.parse(text)).toEqual({ error: { code: 'PORT_TAKEN', message: 'port 1 is taken', cure: 'take another', data: { port: 1 }, retry: false } });
    expect(JSON.parse(report(new Error('a bug'), true).text)).toMatchObject({ error: { code: 'BUG', message: 'a bug' } });
  });
});

describe('exit codes', () => {
  // From the conventions of shells: 128 + signal; timeout(1) uses 124.
  test.each<[unknown, number]>([
    [new Fault('USAGE', 'x'), 2],
    [new Fault('CLUSTER_NOT_UP', 'x'), 3],
    [new Fault('NATS_SERVER_MISSING', 'x'), 3],
    [new Fault('CONFIG_INVALID', 'x'), 4],
    [new Fault('ORDER_REFUSED', 'x'), 5],
    [new Fault('TIMEOUT', 'x'), 124],
    [new Fault('DATA_ROW_INVALID', 'x'), 1],
    [new Error('a bug'), 1],
    ['not even an error', 1],
  ])('%s', (error, code) => {
    expect(exitOf(error)).toBe(code);
  });

  test('every code has a meaning', () => {
    expect(Object.keys(EXIT_MEANING).map(Number).toSorted((a, b) => a - b)).toEqual(Object.values(EXIT).toSorted((a, b) => a - b));
    expect([EXIT.SIGINT, EXIT.SIGTERM]).toEqual([128 + 2, 128 + 15]);
  });
});

describe('a progress bar', () => {
  const drawn = (isTTY: boolean, env: Record<string, string> = {}) => {
    const { sink, text } = memory(isTTY);
    const clock = new SimulatedClock();
    return { bar: progress('reading bars', { sink, env, clock, total: 100 }), clock, text };
  };

  test('shows percent and time left on a terminal', async () => {
    const { bar, clock, text } = drawn(true);
    await clock.advance(3_000);
    bar.at(25);
    // A quarter took 3 s, so three quarters take 9.
    expect(text()).toContain('reading bars  ██████░░░░░░░░░░░░░░░░░░   25 %  9 s left');
  });

  test('does not guess the time left at once, and redraws at most ten times a second', async () => {
    const { bar, clock, text } = drawn(true, { NO_COLOR: '1' });
    for (let done = 1; done <= 50; done++) {
      await clock.advance(10);
      bar.at(done);
    }
    expect(text().split('\r').length - 1).toBe(5);
    expect(text()).not.toContain('left');
  });

  test('clears its line at the end, and counts where the total is not known', () => {
    const { sink, text } = memory(true);
    const bar = progress('rows', { sink, env: { NO_COLOR: '1' }, clock: new SimulatedClock() });
    bar.at(1234);
    bar.end();
    expect(text()).toBe('\r\u001b[2Krows  1,234\r\u001b[2K');
  });

  test.each<[string, boolean, Record<string, string>]>([
    ['off a terminal', false, {}],
    ['on a dumb terminal', true, { TERM: 'dumb' }],
    ['in CI', true, { CI: 'true' }],
  ])('is silent %s', (_name, isTTY, env) => {
    const { bar, text } = drawn(isTTY, env);
    bar.at(50);
    bar.end();
    expect(text()).toBe('');
  });
});

describe('a table', () => {
  test('puts numbers to the right and is as wide as its cells', () => {
    const { sink, text } = memory();
    new Output(sink, sink, {}).table(['name', 'bars'], [['a long name', 5], ['b', 1_000]]);
    expect(text()).toBe('name         bars\na long name     5\nb            1000\n');
  });

  test('without rows is its head', () => {
    const { sink, text } = memory();
    new Output(sink, sink, {}).table(['name'], []);
    expect(text()).toBe('name\n');
  });
});
