import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

/** A command that asks for the stop signal and puts things in order for `orderMs` before it ends by itself. */
const program = (orderMs: number) => `
  import { Cli } from '#cli/cli.ts';
  import { Output } from '#cli/output.ts';
  import { SystemClock } from '#clock/system.ts';
  const clock = new SystemClock();
  const cli = new Cli(new Output(process.stdout, process.stderr, {}), {}, clock);
  const alive = clock.every(1_000, () => {});
  cli.stopSignal().addEventListener('abort', async () => {
    console.log('stopping', cli.isStopping);
    await clock.sleep(${orderMs});
    console.log('in order');
    alive();
    process.exitCode = cli.exitCode;
  });
  console.log('ready');`;

async function signalled(source: string, signals: readonly NodeJS.Signals[]): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  const left = [...signals];
  let heard = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
    const next = left.shift();
    if (next !== undefined) child.kill(next);
  });
  const code = await new Promise<number | null>((ended) => child.on('exit', (value) => ended(value)));
  return { code, lines: heard.trim().split('\n') };
}

test.each<[NodeJS.Signals, number]>([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('the first %s lets the command put things in order, and the exit code names the signal', async (signal, code) => {
  expect(await signalled(program(20), [signal])).toEqual({ code, lines: ['ready', 'stopping true', 'in order'] });
});

test('the second signal ends the command at once', async () => {
  expect(await signalled(program(60_000), ['SIGINT', 'SIGINT'])).toEqual({ code: 130, lines: ['ready', 'stopping true'] });
});
