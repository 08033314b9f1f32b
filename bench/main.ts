// npm run bench [-- <folders…>] [--json <file>] [--docs docs/benchmarks.md]: every figure the project states, measured in one run on this
// machine; with folders of bench/ (lane, kernels, backtest, cluster), those they measure.
// Each section prints its table when it is done. The exit code is 1 when an answer is wrong; a slow figure is shown, not failed.
import { writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem, type as systemName } from 'node:os';
import { parseArgs } from 'node:util';
import { Output } from '#cli/output.ts';
import { progress } from '#cli/progress.ts';
import { findNatsServer } from '#cluster/nats-server.ts';
import { byOrders } from './backtest/by-orders.ts';
import { crossover } from './backtest/crossover.ts';
import { shapes } from './backtest/shapes.ts';
import { sweeps } from './backtest/sweep.ts';
import { Bed } from './cluster/bed.ts';
import { recovery } from './cluster/kill.ts';
import { latency } from './cluster/latency.ts';
import { strategies } from './cluster/strategies.ts';
import { throughput } from './cluster/throughput.ts';
import { kernelCosts } from './kernels/costs.ts';
import { cache } from './lane/cache.ts';
import { inProcess } from './lane/in-process.ts';
import { keyedWindows } from './lane/keys.ts';
import { clock, type Section, WrongAnswer } from './measure.ts';
import { type Row, tableOf, writeDocument } from './table.ts';

const GIB = 2 ** 30;

/** One worker: a member with one thread. */
const ONE_SHARD = [{ id: 'm1', shards: 1, httpPort: 0 }];
/** The cluster `qmtl up` starts. */
const TWO_MEMBERS = [
  { id: 'm1', shards: 2, httpPort: 0 },
  { id: 'm2', shards: 2, httpPort: 0 },
];

const STEPS: readonly (readonly [folder: string, name: string, measure: () => Promise<readonly Section[]>])[] = [
  ['lane', 'in process', async () => [await inProcess()]],
  ['lane', 'keys', async () => [await keyedWindows()]],
  ['lane', 'cache', async () => [await cache()]],
  ['kernels', 'kernels', async () => [await kernelCosts()]],
  ['backtest', 'crossover job', crossover],
  ['backtest', 'accounts by orders', byOrders],
  ['backtest', 'shapes of the crossover job', shapes],
  ['backtest', 'sweeps', sweeps],
  ['cluster', 'throughput', () => onCluster(ONE_SHARD, throughput)],
  ['cluster', 'latency', () => onCluster(ONE_SHARD, latency)],
  ['cluster', 'identical strategies', () => onCluster(ONE_SHARD, strategies)],
  ['cluster', 'recovery', () => onCluster(TWO_MEMBERS, recovery)],
];

const out = new Output(process.stdout, process.stderr, process.env);
const { values: flags, positionals: wanted } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' }, docs: { type: 'string' } } });
const folders = [...new Set(STEPS.map(([folder]) => folder))];
const unknown = wanted.find((folder) => !folders.includes(folder));
if (unknown !== undefined) refuse(`nothing is measured under ${unknown}; give of ${folders.join(', ')}`);
if (wanted.length > 0 && flags.docs !== undefined) refuse('--docs writes down a whole run; leave out the folders');
const steps = wanted.length === 0 ? STEPS : STEPS.filter(([folder]) => wanted.includes(folder));

const machine = {
  cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
  cores: cpus().length,
  memoryGib: Math.round(totalmem() / GIB),
  system: `${systemName()} ${release()} ${arch()}`,
  node: process.version,
  natsServer: findNatsServer().version,
  loadAverage: loadavg().map((load) => Number(load.toFixed(2))),
  startedAt: new Date(clock.now()).toISOString(),
};
const conditions = [
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}`,
  `node ${machine.node}, nats-server ${machine.natsServer}, ${machine.startedAt}, load average ${machine.loadAverage.join(' ')}`,
];
for (const line of conditions) out.line(line);

let bed: Promise<Bed> | undefined;
let interrupted: Promise<never> | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void (interrupted ??= interrupt()));

const sections: Section[] = [];
const wrong: string[] = [];
const startedMs = clock.monotonicMs();
for (const [at, [, name, measure]] of steps.entries()) {
  const bar = progress(`measuring: ${name}`, { sink: process.stderr, env: process.env, clock, total: steps.length });
  bar.at(at);
  try {
    const done = await measure();
    bar.end();
    for (const section of done) print(section);
    sections.push(...done);
  } catch (error) {
    bar.end();
    if (interrupted) await interrupted;
    if (!(error instanceof WrongAnswer)) throw error;
    out.line(`\n${out.paint('red', `${name}: ${error.message}`)}`);
    wrong.push(`${name}: ${error.message}`);
  }
}
const seconds = Math.round((clock.monotonicMs() - startedMs) / 1_000);
out.line(`\n${seconds} s, load average at the end ${loadavg()[0]!.toFixed(2)}`);
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify({ machine, seconds, wrong, sections }, null, 2)}\n`);
if (flags.docs !== undefined && wrong.length === 0) writeDocument(flags.docs, conditions, sections);
process.exitCode = wrong.length > 0 ? 1 : 0;

function refuse(message: string): never {
  out.line(message);
  process.exit(2);
}

/** Each section has a cluster of its own, so that none is slowed by what another left running. */
async function onCluster(members: typeof ONE_SHARD, measure: (bed: Bed) => Promise<Section>): Promise<Section[]> {
  bed = Bed.start(members);
  try {
    return [await measure(await bed)];
  } finally {
    await stopBed();
  }
}

/** Takes the cluster down with it. What was being measured fails on the way, and that is nobody's business any more. */
async function interrupt(): Promise<never> {
  process.on('unhandledRejection', () => {});
  await stopBed();
  process.exit(130);
}

async function stopBed(): Promise<void> {
  const stopping = bed;
  bed = undefined;
  await (await stopping)?.stop();
}

function print(section: Section): void {
  out.line();
  out.line(out.paint('cyan', section.title));
  const rows = tableOf(section);
  const width = (cell: (row: Row) => string): number => Math.max(...rows.map((row) => cell(row).length));
  const [nameWidth, valueWidth] = [width((row) => row.name), width((row) => row.value)];
  for (const { name, value, unit, asked, note } of rows) {
    const beside = [asked, note].filter((text) => text !== '').join('; ');
    out.line(`  ${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)} ${unit}${beside && `  ${out.paint('dim', `(${beside})`)}`}`.trimEnd());
  }
}
