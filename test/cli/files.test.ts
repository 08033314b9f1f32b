// What commands write to files: the shapes scripts rely on, values that read back as the same bits, and a disk that is full.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { readBars } from '#feeds/csv.ts';
import { CommandLoop, qmtl } from '../support/qmtl.ts';
import { everything } from '../support/strategies.ts';
import { batchRows, expectSameBits, type NodeRows } from '../support/truth.ts';
import { canMountDisks, mountSmallDisk, type SmallDisk } from '../support/disk.ts';

const SP500 = resolve('node_modules/vega-datasets/data/sp500-2000.csv');
const ORACLE = resolve(process.env.QMTL_ORACLE ?? '../shared/oracle');
let directory: string;
let commands: CommandLoop;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'qmtl-files-'));
  writeFileSync(join(directory, 'everything.ts'), `export { everything as default } from ${JSON.stringify(resolve('test/support/strategies.ts'))};\n`);
  commands = new CommandLoop({ cwd: directory });
});
afterAll(() => {
  commands.stop();
  rmSync(directory, { recursive: true });
});

describe('a backtest', () => {
  const args = ['backtest', 'everything.ts', '--data', SP500, '--fee-bps', '10', '--cash', '50000'];
  const spec = everything.declare({}, { feeBps: 10, cash: 50_000 });

  test('--json has the shape scripts rely on', async () => {
    const { code, stdout } = await commands.run([...args, '--json']);
    expect(code).toBe(0);
    const answer = JSON.parse(stdout) as Record<string, any>;
    expect(answer).toMatchObject({ metrics: expect.any(Object), equityFinal: expect.any(Number), bars: 5_105, elapsedMs: expect.any(Number) });
    expect(answer.trades.length).toBeGreaterThan(100);
    for (const trade of answer.trades) {
      expect(trade).toEqual({ ts: expect.any(Number), side: expect.stringMatching(/^(buy|sell)$/), quantity: 3, price: expect.any(Number), fee: expect.any(Number) });
    }
    expect(answer.nodes).toEqual(spec.nodes.map(({ id }) => expect.objectContaining({ nodeId: id, kind: expect.any(String), params: expect.any(Object) })));
    // The cash that came and went, added up in whole 1e-8 units, is the equity: the run ends flat or is marked at the last close.
    const units = (value: number): bigint => BigInt(Math.round(value * 1e8));
    let cash = units(50_000);
    let position = 0n;
    for (const { side, quantity, price, fee } of answer.trades) {
      const signed = side === 'buy' ? BigInt(quantity) : -BigInt(quantity);
      cash -= signed * units(price) + units(fee);
      position += signed;
    }
    const close = (await readBars(SP500)).columns[4]!.at(-1)!;
    expect(units(answer.equityFinal)).toBe(cash + position * units(close));
  });

  test('--json to a file is the same answer, and the summary goes to the terminal', async () => {
    const { code, stdout } = await commands.run([...args, '--json', 'out.json']);
    expect([code, stdout.includes('everything')]).toEqual([0, true]);
    const { elapsedMs: _, ...fromFile } = JSON.parse(readFileSync(join(directory, 'out.json'), 'utf8'));
    const { elapsedMs: __, ...fromStdout } = JSON.parse((await commands.run([...args, '--json'])).stdout);
    expect(fromFile).toEqual(fromStdout);
  });

  test('--outputs holds every row of every node, and its values read back as the plan’s bits', async () => {
    const { code } = await commands.run([...args, '--outputs', 'rows.csv']);
    expect(code).toBe(0);
    const [head, ...rows] = readFileSync(join(directory, 'rows.csv'), 'utf8').trimEnd().split('\n');
    expect(head).toBe('nodeId,ts,field,value');
    const { columns } = await readBars(SP500);
    const source = sourceId({ venue: 'test', instrument: 'ABC', interval: interval('1m', 'test') });
    const expected = batchRows(spec, new Map([[source, columns]]));
    const fields = new Map(spec.nodes.map((node) => [node.id as string, node.spec.schema.outputs]));
    const read = new Map<string, NodeRows>([...expected].map(([id, { first, columns: each }]) => [id, { first, columns: each.map(() => []) }]));
    for (const row of rows) {
      const [id, ts, field, value] = row.split(',') as [string, string, string, string];
      const at = fields.get(id)!.indexOf(field);
      if (at === 0) read.get(id)!.columns[0]!.push(Number(ts));
      read.get(id)!.columns[1 + at]!.push(Number(value));
    }
    for (const [id, node] of expected) expectSameBits(read.get(id)!, node, id);
  });

  test('says so when the data is shorter than the warm-up', async () => {
    const few = join(directory, 'few.csv');
    writeFileSync(few, readFileSync(SP500, 'utf8').split('\n').slice(0, 9).join('\n'));
    const summary = await commands.run(['backtest', 'everything.ts', '--data', few]);
    expect([summary.code, summary.stderr, summary.stdout]).toEqual([0, '', expect.stringMatching(/^ *! 8 bars are fewer than the 12 the strategy needs/m)]);
    const { stdout, stderr } = await commands.run(['backtest', 'everything.ts', '--data', few, '--json']);
    expect(stderr).toMatch(/warning: 8 bars are fewer than the 12 the strategy needs/);
    expect((JSON.parse(stdout) as { warnings: string[] }).warnings).toContainEqual(expect.stringMatching(/^8 bars are fewer than the 12 the strategy needs/));
  });
});

describe('qmtl kernels run against TA-Lib C 0.7.1', () => {
  const available = existsSync(ORACLE);
  const skipped = available ? '' : ' (skipped: no data)';
  type Table = Record<string, { begIdx: number; out: Record<string, number[]> }>;

  test.skipIf(!available).each<[string, string, object]>([
    ['SMA', 'sma', { period: 30 }],
    ['EMA', 'ema', { period: 30 }],
    ['RSI', 'rsi', { period: 14 }],
    ['MACD', 'macd', { fast: 12, slow: 26, signal: 9 }],
    ['ATR', 'atr', { period: 14 }],
  ])(`%s is qmtl kernels run %s %j: one entry per row, null before the warm-up${skipped}`, async (fn, name, params) => {
    const table = (JSON.parse(readFileSync(join(ORACLE, 'talib', 'talib071_ohlcv_252.json'), 'utf8')) as Table)[fn]! as Table[string] & { opts: Record<string, number> };
    expect(Object.values(params).toSorted()).toEqual(Object.values(table.opts).toSorted()); // the same parameters as the table's
    const bars = readFileSync(join(ORACLE, 'talib', 'ohlcv_252.csv'), 'utf8').trim().split('\n');
    const csv = join(directory, 'bars.csv');
    writeFileSync(csv, ['ts,open,high,low,close,volume', ...bars.map((bar, row) => `${1_600_000_000_000 + row * 86_400_000},${bar}`)].join('\n'));
    const { code, stdout } = await commands.run(['kernels', 'run', name, '--params', JSON.stringify(params), '--data', csv, '--json']);
    expect(code).toBe(0);
    const answer = JSON.parse(stdout) as { name: string; params: object; outputs: Record<string, (number | null)[]> };
    expect(answer).toMatchObject({ name, params });
    Object.values(table.out).forEach((expected, k) => {
      const actual = Object.values(answer.outputs)[k]!;
      expect(actual).toHaveLength(252);
      expect(actual.slice(0, table.begIdx)).toEqual(Array.from({ length: table.begIdx }, () => null));
      // A histogram around zero is compared with what it is made of, the price.
      const floor = fn === 'MACD' ? 1 : 0;
      expected.forEach((value, row) => expect(Math.abs(actual[table.begIdx + row]! - value)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(value), floor)));
    });
  });
});

describe('on a full disk', () => {
  const mountable = canMountDisks();
  const skipped = mountable ? '' : ' (skipped: no disk can be mounted here)';
  let disk: SmallDisk;
  beforeAll(() => {
    if (mountable) disk = mountSmallDisk('256k');
  });
  afterAll(() => disk?.dispose());

  test.skipIf(!mountable).each([['--outputs'], ['--report']])(`%s ends with DISK_FULL, names the file, and says nothing of success${skipped}`, async (flag) => {
    const out = join(disk.dir, 'out.file');
    const filler = join(disk.dir, 'filler');
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1k', 'count=240']);
    const { code, stdout, stderr } = await qmtl(['backtest', join(directory, 'everything.ts'), '--data', SP500, flag, out, '--json']);
    execFileSync('rm', ['-f', filler, out]);
    expect([code, stdout]).toEqual([1, '']);
    expect(JSON.parse(stderr.trimEnd().split('\n').at(-1)!)).toMatchObject({ error: { code: 'DISK_FULL', message: expect.stringContaining(`${out} cannot be written`), cure: expect.stringContaining('free some space') } });
  });

  test.skipIf(!mountable)(`a sweep ends with DISK_FULL, and goes on from its journal when there is room again${skipped}`, async () => {
    const out = join(disk.dir, 'found');
    const filler = join(disk.dir, 'filler');
    const args = ['sweep', resolve('examples/golden-cross.ts'), '--data', SP500, '--vary', 'fast=5..40', '--vary', 'slow=50..51', '--out', out, '--json'];
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1k', 'count=236']);
    const { code, stderr } = await qmtl(args);
    expect(code).toBe(1);
    expect(JSON.parse(stderr.trimEnd().split('\n').at(-1)!)).toMatchObject({ error: { code: 'DISK_FULL', message: expect.stringContaining('journal.ndjson cannot be written'), cure: expect.stringContaining('free some space') } });
    execFileSync('rm', ['-f', filler]);
    const rest = await qmtl(args);
    const fresh = await qmtl([...args.slice(0, -2), join(directory, 'found'), '--json']);
    const rowsOf = (text: string): unknown => (JSON.parse(text) as { rows: unknown }).rows;
    expect(rowsOf(rest.stdout)).toEqual(rowsOf(fresh.stdout));
    execFileSync('rm', ['-rf', out]);
  });

  // The last piece is written after everything else went well; were it cut short in silence, nobody would know.
  test.skipIf(!mountable)(`a file that does not fit by its last bytes is an error, not a shorter file${skipped}`, async () => {
    const few = join(directory, 'some.csv');
    writeFileSync(few, readFileSync(SP500, 'utf8').split('\n').slice(0, 140).join('\n'));
    const args = (out: string) => ['backtest', join(directory, 'everything.ts'), '--data', few, '--outputs', out];
    const whole = join(directory, 'whole.csv');
    expect((await qmtl(args(whole))).code).toBe(0);
    const bytes = statSync(whole).size;
    expect(bytes).toBeLessThan(256 * 1024);
    const filler = join(disk.dir, 'filler');
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k', `count=${Math.ceil((256 * 1024 - bytes) / 4096) + 1}`]);
    const { code, stderr } = await qmtl(args(join(disk.dir, 'out.csv')));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*out\.csv cannot be written: ENOSPC.*\ncure: free some space/m);
  });
});
