// The package as users install it: compiled files below node_modules, where Node runs no TypeScript.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourceId } from '#domain/bar.ts';
import type { Strategy } from '#sdk/mod.ts';
import { walk } from '../support/bars.ts';
import { TestCluster } from '../support/cluster.ts';
import { qmtl } from '../support/qmtl.ts';

/** So many that a search is worth two threads. */
const ROWS = 20_000;
const SEARCH = ['--vary', 'fast=2..21', '--vary', 'slow=30..50', '--objective', 'equityFinal', '--json'];
const BUILD_MS_MAX = 120_000;

/** Averages that cross, traded as `traded` says. */
const strategy = (sdk: string, traded: string): string => `
import { account, crossover, latch, percentFee, sma, Strategy, StreamInput } from '${sdk}';
const price = new StreamInput({ venue: 'demo', instrument: 'ABC', interval: '1m' });
const crossing = ({ fast, slow }) => latch(crossover(sma(price, { period: fast }), sma(price, { period: slow })));
export default new Strategy({ name: 'crossing', params: { fast: 10, slow: 30 }, ${traded} });
`;
const BY_TARGET = 'account: { cash: 100_000, feeBps: 1 }, build: (params) => ({ target: crossing(params) })';
const BY_FUNCTION = `build: (params) => ({
  account: account(price, { cash: 100_000, fee: percentFee(1), values: { long: crossing(params) } }, ({ values, moveTo }) => { if (values.long >= 0) moveTo(values.long); }),
})`;

const columns = walk(ROWS, 8);
let home: string;
let program: string;
let byTarget: string;
let byFunction: string;
let bars: string;

beforeAll(() => {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { encoding: 'utf8' });
  expect(built.status, built.stderr).toBe(0);
  home = mkdtempSync(join(tmpdir(), 'qmtl-package-'));
  const modules = join(home, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync('node_modules')) if (!name.startsWith('.')) symlinkSync(resolve('node_modules', name), join(modules, name));
  cpSync('dist', join(modules, 'qmtl'), { recursive: true });
  program = join(modules, 'qmtl', 'bin', 'qmtl.mjs');
  byTarget = fileOf('by-target', strategy('qmtl', BY_TARGET));
  byFunction = fileOf('by-function', strategy('qmtl', BY_FUNCTION));
  bars = join(home, 'bars.csv');
  writeFileSync(bars, `ts,open,high,low,close,volume\n${Array.from({ length: ROWS }, (_, row) => columns.map((column) => column[row]).join(',')).join('\n')}\n`);
}, BUILD_MS_MAX);
afterAll(() => rmSync(home, { recursive: true }));

function fileOf(name: string, source: string): string {
  const file = join(home, `${name}.mjs`);
  writeFileSync(file, source);
  return file;
}

async function did(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await qmtl(args, { cwd: home, program });
  expect(code, stderr).toBe(0);
  return stdout;
}

test('what its documents point at comes with it', () => {
  const lost: string[] = [];
  const documents = globSync('**/*.md', { cwd: 'dist' });
  expect(documents).toContain('README.md');
  for (const document of documents) {
    const text = readFileSync(join('dist', document), 'utf8');
    for (const [, to] of text.matchAll(/\]\(([^)#\s]+)/g)) if (!/^https?:/.test(to!) && !existsSync(join('dist', dirname(document), to!))) lost.push(`${document}: ${to}`);
  }
  expect(lost).toEqual([]);
});

test('a search finds on two threads what it finds on one', async () => {
  const [one, two] = await Promise.all(['1', '2'].map(async (threads) => JSON.parse(await did('sweep', byTarget, '--data', bars, ...SEARCH, '--threads', threads)) as { rows: unknown[]; fingerprint: string }));
  expect(one!.rows).toHaveLength(420);
  expect([two!.rows, two!.fingerprint]).toEqual([one!.rows, one!.fingerprint]);
});

test('a function of the author runs in its own process, in a backtest and in a cluster, with the bits of the checkout', async () => {
  const own = fileOf('checkout', strategy(pathToFileURL(resolve('src/sdk/mod.ts')).href, BY_FUNCTION));
  const spec = ((await import(pathToFileURL(own).href)) as { default: Strategy }).default.declare();
  const told = JSON.parse(await did('backtest', byFunction, '--data', bars, '--json')) as { trades: unknown[] };
  expect(told.trades.length).toBeGreaterThan(100);
  const cluster = new TestCluster(undefined, { program, env: { QMTL_NATS_SERVER: resolve('.cache/qmtl/bin/nats-server') } });
  try {
    await cluster.did('up', '-d');
    await cluster.did('publish', byFunction);
    await cluster.did('feed', 'replay', bars, '--source', 'demo:ABC:1m');
    await cluster.expectBatchBits(spec, new Map([[sourceId(spec.target!.source), columns]]));
  } finally {
    await cluster.dispose();
  }
});
