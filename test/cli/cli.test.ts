import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { SimulatedClock } from '#clock/simulated.ts';
import { Cli, type Command } from '#cli/cli.ts';
import { buildProgram, run } from '#cli/main.ts';
import { Output, type Sink } from '#cli/output.ts';
import { operators } from '#kernels/operator.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'qmtl-cli-'));
});
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());

interface Heard {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function qmtl(args: readonly string[], env: Record<string, string> = {}, isTTY = false): Promise<Heard> {
  const heard = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr'): Sink => ({ write: (text) => void (heard[name] += text), isTTY });
  const code = await run(args, { stdout: sink('stdout'), stderr: sink('stderr'), env });
  return { code, ...heard };
}

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe('help', () => {
  test('without words the program explains itself on stdout', async () => {
    const { code, stdout, stderr } = await qmtl([]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Usage: qmtl');
    expect(stdout).toMatch(/4 {2}the configuration is wrong/);
  });

  const sink: Sink = { write: () => {} };
  const leaves = (command: Command, path: string): [string, Command][] =>
    command.commands.length === 0 ? [[path, command]] : command.commands.flatMap((child) => leaves(child, `${path} ${child.name()}`.trim()));
  const commands = leaves(buildProgram(new Cli(new Output(sink, sink, {}), {}, new SimulatedClock())), '');

  test.each(commands)('%s has a description and examples', async (path, command) => {
    expect(command.description()).not.toBe('');
    const { code, stdout } = await qmtl([...path.split(' '), '--help']);
    expect(stdout, 'a default that is nothing').not.toMatch(/\(default: (\[|\{)/);
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain(`qmtl ${path}`);
  });

  test.each(commands)('%s answers in JSON when asked', (_path, command) => {
    expect(command.options.some((option) => option.long === '--json')).toBe(true);
  });

  test.each(commands)('%s: an option for a configuration file or an address has its QMTL_ variable', (_path, command) => {
    const missing = command.options.filter((option) => ['--file', '--nats-url', '--url', '--gateway'].includes(option.long ?? '') && !option.envVar?.startsWith('QMTL_'));
    expect(missing.map((option) => option.long)).toEqual([]);
  });

  test('the version is that of package.json', async () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await qmtl(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });
});

describe('wrong words end with 2, say what is wrong and how to go on', () => {
  test.each<[string[], RegExp, RegExp]>([
    [['confg'], /unknown command 'confg'/, /did you mean config\?/],
    [['config', 'validte'], /unknown command 'validte'/, /did you mean validate\?/],
    [['config'], /qmtl config needs a subcommand/, /validate, show, schema/],
    [['config', 'show', '--jsn'], /unknown option '--jsn'/, /did you mean --json\?.*qmtl config show --help/],
    [['config', 'show', 'more'], /too many arguments/, /qmtl config show --help/],
    [['config', 'show', '--set', 'slots'], /"slots" is not key=value/, /qmtl config show --help/],
    [['kernels', 'run', '--data', 'bars.csv'], /missing required argument 'name'/, /qmtl kernels run --help/],
    [['kernels', 'run', 'sma'], /required option '--data <csv>'/, /qmtl kernels run --help/],
  ])('%j', async (args, message, cure) => {
    const { code, stdout, stderr } = await qmtl(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^(Usage[^]*)?error: /);
    expect(stderr).toMatch(message);
    expect(stderr.slice(stderr.lastIndexOf('cure: '))).toMatch(cure);
  });

  test('with --json the error is one JSON object on stderr, and stdout stays empty', async () => {
    const { code, stdout, stderr } = await qmtl(['config', 'validate', '--json', '--set', 'slot=1']);
    expect([code, stdout]).toEqual([4, '']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'CONFIG_INVALID', message: 'flag slot: there is no key slot', cure: 'did you mean slots?' } });
  });
});

describe('qmtl config', () => {
  test('validate says line and column of a mistake and ends with 4', async () => {
    const path = file('bad.yml', 'slots: 16\ngateway:\n  httpPort: 70000\n');
    const { code, stderr } = await qmtl(['config', 'validate', '-f', path]);
    expect(code).toBe(4);
    expect(stderr).toContain(`error: ${path}:3:13: gateway.httpPort must be a whole number from 0 to 65535; found 70000`);
    expect(stderr).toContain('cure: ');
  });

  test('validate names what a good file asks for', async () => {
    const path = file('good.yml', 'members:\n  - id: a\n    shards: 3\n');
    expect((await qmtl(['config', 'validate', '-f', path])).stdout).toBe(`✓ ${path} is valid: 1 members, 3 shards, 64 slots\n`);
    expect(JSON.parse((await qmtl(['config', 'validate', '-f', path, '--json'])).stdout)).toEqual({ valid: true, file: path, members: 1, shards: 3, slots: 64 });
  });

  test('the file can come from QMTL_CONFIG, and -f wins', async () => {
    const [one, other] = [file('one.yml', 'slots: 11'), file('other.yml', 'slots: 12')];
    // Options read the variables of the process itself.
    vi.stubEnv('QMTL_CONFIG', one);
    const slots = async (args: string[]) => JSON.parse((await qmtl(['config', 'show', '--json', ...args])).stdout).config.slots;
    expect([await slots([]), await slots(['-f', other])]).toEqual([11, 12]);
  });

  test('show tells the origin of every value: flag, variable, place in the file, default', async () => {
    const path = file('layers.yml', 'slots: 11\ntenant: a\n');
    const { stdout } = await qmtl(['config', 'show', '-f', path, '--json', '--set', 'nats.port=4222'], { QMTL__TENANT: 'b' });
    const { config, origins } = JSON.parse(stdout);
    expect(config).toMatchObject({ slots: 11, tenant: 'b', nats: { port: 4222 } });
    expect(origins).toMatchObject({ slots: `${path}:1:8`, tenant: 'environment QMTL__TENANT', 'nats.port': 'flag nats.port', logLevel: 'default' });
  });

  test('schema is a JSON Schema', async () => {
    expect(JSON.parse((await qmtl(['config', 'schema'])).stdout)).toMatchObject({ type: 'object', properties: { slots: { type: 'integer', maximum: 256 } } });
  });
});

describe('qmtl kernels', () => {
  // Closes of which the averages are plain to see; the fourth mean is (4 + 6 + 8) / 3.
  const csv = ['time,open,high,low,close,volume', ...[2, 4, 6, 8].map((close, day) => `2024-01-0${day + 1},1,9,1,${close},10`)].join('\n');

  test('lists the row operators with what they read and take', async () => {
    const { code, stdout } = await qmtl(['kernels', 'list', '--operators', '--json']);
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as { name: string; inputs: string[]; optionalInputs: string[] }[];
    expect(listed.map(({ name }) => name)).toEqual(Object.keys(operators));
    expect(listed.find(({ name }) => name === 'keyed')).toMatchObject({ inputs: ['value', 'key'], optionalInputs: ['time'] });
    expect((await qmtl(['kernels', 'list', '--operators'])).stdout).toMatch(/^gaps +value +missing=skip\|fail\|interpolate +Rows that are missing$/m);
  });

  test('list --json gives every kernel with ranges, warm-up and doc', async () => {
    const { code, stdout } = await qmtl(['kernels', 'list', '--json']);
    expect(code).toBe(0);
    const catalogue = JSON.parse(stdout) as Record<string, any>[];
    expect(catalogue.map(({ name }) => name)).toEqual(expect.arrayContaining(['sma', 'ema', 'wma', 'stddev', 'bbands', 'rsi', 'macd', 'atr', 'min', 'max', 'crossover']));
    expect(catalogue.find(({ name }) => name === 'sma')).toMatchObject({ params: { period: { default: 20, max: 525_600 } }, outputs: ['value'], warmup: 19 });
    for (const { doc, title } of catalogue) expect([typeof doc, typeof title]).toEqual(['string', 'string']);
  });

  test('run answers one entry per row, null before the warm-up', async () => {
    const data = file('bars.csv', csv);
    const out = join(directory, 'out.json');
    const args = ['kernels', 'run', 'sma', '--params', '{"period":3}', '--data', data];
    const { code, stderr } = await qmtl([...args, '--json', out]);
    expect([code, stderr]).toEqual([0, '']);
    const expected = { name: 'sma', params: { period: 3 }, outputs: { value: [null, null, 4, 6] } };
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(expected);
    expect(JSON.parse((await qmtl([...args, '--json'])).stdout)).toEqual(expected);
  });

  test('run without --json shows the last rows', async () => {
    const { stdout } = await qmtl(['kernels', 'run', 'sma', '--params', '{"period":3}', '--data', file('bars.csv', csv)]);
    expect(stdout.split('\n').slice(0, 5).map((line) => line.split(/ +/))).toEqual([['t', 'value'], ['2024-01-01T00:00:00.000Z'], ['2024-01-02T00:00:00.000Z'], ['2024-01-03T00:00:00.000Z', '4'], ['2024-01-04T00:00:00.000Z', '6']]);
  });

  test.each<[string, string[], string, RegExp]>([
    ['an unknown kernel', ['smaa'], 'KERNEL_UNKNOWN', /sma/],
    ['an unknown parameter', ['sma', '--params', '{"perid":3}'], 'PARAM_INVALID', /period/],
    ['a period out of range', ['sma', '--params', '{"period":0}'], 'PERIOD_INVALID', /period/],
    ['parameters that are no JSON', ['sma', '--params', '{period:3}'], 'PARAM_INVALID', /--params is not JSON/],
    ['parameters that are no object', ['sma', '--params', '[3]'], 'PARAM_INVALID', /not a JSON object/],
    ['a parameter file that is missing', ['sma', '--params', '@none.json'], 'DATA_FILE_UNREADABLE', /none\.json/],
    ['a directory to write to that is missing', ['sma', '--params', '{"period":3}', '--json', '/none/out.json'], 'FILE_UNWRITABLE', /\/none\/out\.json cannot be written/],
  ])('run refuses %s', async (_name, args, code, message) => {
    const data = file('bars.csv', csv);
    const heard = await qmtl(['kernels', 'run', ...args, '--data', data, ...(args.includes('--json') ? [] : ['--json'])]);
    expect(heard.code).toBe(1);
    const { error } = JSON.parse(heard.stderr);
    expect(error.code).toBe(code);
    expect(`${error.message} ${error.cure}`).toMatch(message);
    expect(error.cure).toEqual(expect.any(String));
  });

  test('run names file, line and column of a malformed row', async () => {
    const data = file('broken.csv', `${csv}\n2024-01-05,1,9,1,abc,10\n`);
    const { code, stderr } = await qmtl(['kernels', 'run', 'sma', '--data', data]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: .*broken\.csv.*6/);
    expect(stderr).toContain('cure: ');
  });
});

describe('colour', () => {
  const coloured = '\u001b[';
  test.each<[string, Record<string, string>, boolean, boolean]>([
    ['a terminal', {}, true, true],
    ['a pipe', {}, false, false],
    ['NO_COLOR on a terminal', { NO_COLOR: '1' }, true, false],
    ['TERM=dumb on a terminal', { TERM: 'dumb' }, true, false],
    ['FORCE_COLOR in a pipe', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0 on a terminal', { FORCE_COLOR: '0' }, true, false],
    ['NO_COLOR beats FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  ])('%s', async (_name, env, isTTY, expected) => {
    const { stdout } = await qmtl(['config', 'show'], env, isTTY);
    const { stderr } = await qmtl(['config', 'show', '--set', 'slots=0'], env, isTTY);
    expect([stdout.includes(coloured), stderr.includes(coloured)]).toEqual([expected, expected]);
  });
});

describe('peek', () => {
  const bars = ['date,open,high,low,close,volume', ...Array.from({ length: 60 }, (_, k) => `2024-01-01T00:${String(k).padStart(2, '0')}:00Z,${100 + k},${101 + k},${99 + k},${100.5 + k},10`)].join('\n');
  const args = (path: string): string[] => ['peek', 'examples/golden-cross.ts', '--set', 'fast=2', '--set', 'slow=4', '--data', path];

  test('prints what each node would say at the close of the forming bar, and in JSON with null where it is not told', async () => {
    const path = file('forming.csv', bars);
    const { code, stdout } = await qmtl([...args(path), '--bar', '2024-01-01T01:00:00Z,160,161,159,170.5,10', '--json']);
    expect(code).toBe(0);
    const { target, bar, nodes } = JSON.parse(stdout) as { target: number; bar: { t: number }; nodes: { kind: string; values: Record<string, number | null> }[] };
    expect(bar.t).toBe(Date.UTC(2024, 0, 1, 1));
    // Means of the last two and four closes: 159.5 and 170.5; 157.5, 158.5, 159.5 and 170.5.
    expect(nodes.filter(({ kind }) => kind === 'sma').map(({ values }) => values['value'])).toEqual([165, 161.5]);
    expect(nodes.at(-1)).toMatchObject({ kind: 'account', values: { equity: null } });
    expect(target).toEqual(expect.any(Number));
    expect((await qmtl([...args(path), '--bar', '1704070800000,160,161,159,170.5,10'])).stdout).toContain('sma\tvalue 161.5');
  });

  test.each([
    ['2024-01-01T01:00:00Z,160,161', 2, /t,open,high,low,close,volume/],
    ['2024-01-01T00:59:00Z,160,161,159,160,10', 1, /has closed/],
  ])('refuses the bar %s', async (bar, code, why) => {
    const heard = await qmtl([...args(file('forming.csv', bars)), '--bar', bar]);
    expect(heard.code).toBe(code);
    expect(heard.stderr).toMatch(why);
  });
});
