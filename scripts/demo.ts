// npm run demo: three strategies on twenty years of the S&P 500, in a backtest and on a cluster of this machine that loses a member
// in the middle. At the end every row of every node and every order of both are compared, bit for bit.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { replay } from '#actors/feed.ts';
import { NatsBus } from '#bus/nats.ts';
import { subjects } from '#bus/subjects.ts';
import { systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { sparkline } from '#analysis/summary.ts';
import { reportOf } from '#cli/report-input.ts';
import { Output } from '#cli/output.ts';
import { progress } from '#cli/progress.ts';
import { reportError } from '#cli/errors.ts';
import { loadConfig } from '#cluster/config.ts';
import { type Cluster, startCluster } from '#cluster/up.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { ClusterStatus } from '#gateway/gateway.ts';
import { type BacktestResult, ClusterRun, Runner, type Strategy } from '#sdk/mod.ts';
import { findNode, follow } from '#sdk/follow.ts';
import { logger } from '#telemetry/log.ts';
import dipInTrend from '../examples/dip-in-trend.ts';
import goldenCross from '../examples/golden-cross.ts';
import rangePosition from '../examples/range-position.ts';

const BARS = 'node_modules/vega-datasets/data/sp500-2000.csv';
const REPLAY_SECONDS = 6;
const KILL_AT = 0.4; // of the bars
const ACCOUNT = { cash: 100_000, feeBps: 2, slippageBps: 1 };
const STRATEGIES: readonly { strategy: Strategy; params: Record<string, number> }[] = [
  { strategy: goldenCross, params: { fast: 20, slow: 100, quantity: 10 } },
  { strategy: dipInTrend, params: {} },
  { strategy: rangePosition, params: {} },
];

const root = join(import.meta.dirname, '..');
const dataDir = join(root, '.qmtl', 'demo');
const reports = join(root, 'reports', 'demo');
const clock = new SystemClock();
const out = new Output(process.stdout, process.stderr, process.env);
const names = subjects('default');
const startedMs = clock.monotonicMs();

/** Rows of a node as one run gave them: first row, then every value of every output. */
interface Rows {
  first: number;
  readonly values: number[];
}

// Whoever reads only the first lines (`| head`) closes the pipe; the cluster is stopped all the same.
process.stdout.on('error', () => {});

try {
  process.exitCode = await demo();
} catch (error) {
  process.exitCode = reportError(error, out, false);
}

async function demo(): Promise<number> {
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  out.line();
  out.line(out.paint('bold', 'QMTL: three strategies, one graph, twenty years of the S&P 500'));

  heading('1  Backtest');
  const truth = new Map<NodeID, Rows>();
  const results: BacktestResult[] = [];
  for (const { strategy, params } of STRATEGIES) results.push(await runBacktest(strategy, params, truth));
  out.table(
    ['strategy', 'equity', '', 'return', 'sharpe', 'drawdown', 'fills', 'time'],
    results.map(({ strategy, run, metrics, equityFinal, trades, elapsedMs }) => [
      strategy,
      sparkline(run.equity, 32),
      equityFinal.toFixed(2),
      percent(metrics.totalReturn),
      metrics.sharpe?.toFixed(2) ?? '',
      percent(metrics.maxDrawdownRatio),
      trades.length,
      `${elapsedMs.toFixed(0)} ms`,
    ]),
  );

  heading('2  The same strategies on a cluster of this machine');
  const config = loadConfig(undefined, { flags: { dataDir, 'gateway.httpPort': 0, 'dagManager.httpPort': 0 } });
  const cluster = await startCluster(config, { clock, random: systemRandom, log: logger({ role: 'demo', level: 'silent' }), onEvent: (event) => step(event) });
  try {
    return await runCluster(cluster, config.slots, results, truth);
  } finally {
    await cluster.stop();
    out.line();
    step('the cluster is stopped');
    out.line();
  }
}

async function runBacktest(strategy: Strategy, params: Record<string, number>, truth: Map<NodeID, Rows>): Promise<BacktestResult> {
  const result = await Runner.backtest(strategy, {
    data: BARS,
    start: '2000-01-01',
    end: '2021-01-01',
    params,
    account: ACCOUNT,
    onRows: (node, rows) => {
      if (!truth.has(node.id)) truth.set(node.id, { first: rows.first, values: [] });
      const kept = truth.get(node.id)!;
      const width = rows.columns.length;
      // Strategies share nodes, and each backtest computes them again: only what is not there yet is kept.
      for (let row = Math.max(0, kept.first + kept.values.length / width - rows.first); row < rows.count; row++) for (const column of rows.columns) kept.values.push(column[row]!);
    },
  });
  const file = join(reports, `${result.strategy}.html`);
  writeFileSync(file, reportOf(result, { files: [BARS], beside: [] }));
  return result;
}

function percent(ratio: number | null): string {
  return ratio === null ? '' : `${(100 * ratio).toFixed(1)} %`;
}

async function runCluster(cluster: Cluster, slots: number, results: readonly BacktestResult[], truth: ReadonlyMap<NodeID, Rows>): Promise<number> {
  const runs: ClusterRun[] = [];
  for (const { spec } of results) {
    const run = await ClusterRun.start(spec, { nats: cluster.natsUrl });
    runs.push(run);
    step(`${spec.name} published: ${run.map.created} nodes created, ${run.map.reused} reused`);
  }
  const asked = results.reduce((sum, { spec }) => sum + spec.nodes.length, 0);
  const distinct = new Set(results.flatMap(({ spec }) => spec.nodes.map((node) => node.id))).size;
  step(out.paint('bold', `${asked} nodes asked for, ${distinct} in the graph: ${asked - distinct} are shared, computed once, on one subject`));

  const bus = await NatsBus.connect({ url: cluster.natsUrl, subjects: names, clock, name: 'demo' });
  try {
    heading('3  The same bars, live, and a member that dies');
    await replayAndKill(cluster, bus, slots, results[0]!);
    heading('4  Cluster against backtest, bit for bit');
    return await compare(bus, runs, results, truth);
  } finally {
    await bus.close();
    for (const run of runs) await run.close();
  }
}

async function replayAndKill(cluster: Cluster, bus: NatsBus, slots: number, first: BacktestResult): Promise<void> {
  const columns = first.instruments.get('')!;
  const total = columns[0]!.length;
  const { target } = first.spec;
  const watched = await findNode(bus, target!.ref!.node);
  const owner = await until('a member to own the slot', async () => {
    const { members } = await bus.call<null, ClusterStatus>(names.call('gateway', 'status'), null);
    return members.find((member) => member.shards.some((shard) => shard.slots.some((slot) => slot.slot === watched.slot && slot.state === 'running')))?.member;
  });
  step(`slot ${watched.slot} holds the whole graph and runs on member ${owner}`);
  const spanMs = columns[0]![total - 1]! - columns[0]![0]!;
  const bar = progress('replaying', { sink: process.stderr, env: process.env, clock, total });
  let killedMs: number | undefined;
  let backMs: number | undefined;
  let before = 0;
  const watcher = new AbortController();
  const watching = (async () => {
    for await (const rows of follow(bus, names, watched, { from: 'first', signal: watcher.signal })) {
      const seen = rows.first + rows.count;
      if (killedMs === undefined && seen > KILL_AT * total) {
        killedMs = clock.monotonicMs();
        before = seen;
        const pid = cluster.pidOf(`member:${owner}`)!;
        step(out.paint('red', `kill -9 ${pid}: member ${owner} is dead after ${seen} of ${total} bars`));
        process.kill(pid, 'SIGKILL');
      } else if (killedMs !== undefined && seen > before + 1) backMs ??= clock.monotonicMs();
      if (seen >= total) return;
    }
  })();
  await replay({ bus, clock, subjects: names }, slots, target!.source, columns, { speed: spanMs / (REPLAY_SECONDS * 1000), rowsPerFrame: 16 }, (rows) => bar.at(rows));
  bar.end();
  step(`${total} bars published while it came back`);
  // Ends the watcher too early rather than never; the comparison below then says what is missing.
  const giveUp = clock.after(20_000, () => watcher.abort());
  await watching;
  giveUp();
  step(out.paint('green', `outputs flowed again ${Math.round((backMs ?? Number.NaN) - (killedMs ?? Number.NaN))} ms after the kill, from its checkpoint and the log`));
}

async function compare(bus: NatsBus, runs: readonly ClusterRun[], results: readonly BacktestResult[], truth: ReadonlyMap<NodeID, Rows>): Promise<number> {
  let values = 0;
  let wrong = 0;
  const lines: (string | number)[][] = [];
  for (const [at, run] of runs.entries()) {
    const result = results[at]!;
    let same = 0;
    const computed = result.spec.nodes.filter((node) => node.spec.nodeType !== 'stream');
    for (const { id } of computed) {
      const expected = truth.get(id)!;
      const got = await rowsOf(bus, id, expected);
      const equal = got.first === expected.first && got.values.length === expected.values.length && got.values.every((value, k) => Object.is(value, expected.values[k]));
      values += got.values.length;
      if (equal) same++;
      else wrong++;
    }
    const trades = [];
    for await (const { ts, fillQuantity, fillPrice, fee } of run.account({ from: 'first', untilNow: true })) {
      if (fillQuantity !== 0) trades.push({ ts, side: fillQuantity > 0 ? 'buy' : 'sell', quantity: Math.abs(fillQuantity), price: fillPrice, fee });
    }
    const orders = JSON.stringify(trades) === JSON.stringify(result.trades);
    if (!orders) wrong++;
    lines.push([result.strategy, `${same} of ${computed.length}`, trades.length, orders ? 'equal' : 'DIFFERENT', result.equityFinal.toFixed(2)]);
  }
  out.table(['strategy', 'nodes equal', 'fills', 'orders', 'equity'], lines);
  out.line();
  if (wrong === 0) step(out.paint('green', `${values.toLocaleString('en')} values compared: the cluster that lost a member and the backtest gave the same bits, none missing, none twice`));
  else step(out.paint('red', `${wrong} nodes or order lists differ`));
  for (const { strategy } of results) step(`report  ${relative(process.cwd(), join(reports, `${strategy}.html`))}`);
  step(`done in ${((clock.monotonicMs() - startedMs) / 1000).toFixed(1)} s; next: write a strategy of your own, see README.md`);
  return wrong === 0 ? 0 : 1;
}

/** The rows of a node in the log, waited for until there are as many as expected. */
async function rowsOf(bus: NatsBus, id: NodeID, expected: Rows): Promise<Rows> {
  const record = await findNode(bus, id);
  const giveUp = new AbortController();
  const cancel = clock.after(10_000, () => giveUp.abort());
  const got: Rows = { first: -1, values: [] };
  for await (const rows of follow(bus, names, record, { from: 'first', signal: giveUp.signal })) {
    if (got.first < 0) got.first = rows.first;
    for (let row = 0; row < rows.count; row++) for (const column of rows.columns) got.values.push(column[row]!);
    if (got.values.length >= expected.values.length) break;
  }
  cancel();
  return got;
}

async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 500; tries++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await clock.sleep(20);
  }
  throw new Error(`waited 10 s for ${what}`);
}

function heading(text: string): void {
  out.line();
  out.line(out.paint('bold', text));
}

function step(text: string): void {
  out.line(`  ${out.paint('dim', `${((clock.monotonicMs() - startedMs) / 1000).toFixed(2).padStart(6)} s`)}  ${text}`);
}
