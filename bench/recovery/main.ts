// npm run bench:recovery -- [names…] [--json]: how long rows stop for what happens to a cluster, each measured in a drill that also
// compares every row with the batch run, and what being ready for it costs. A broken promise fails the run; a slow figure is shown, not
// failed. Without names all are measured, in about ten minutes on a machine that does nothing else.
import { parseArgs } from 'node:util';
import { type DrillPorts, type DrillReport, runScenario } from '#chaos/run.ts';
import { type Scenario, scenarioSchema } from '#chaos/scenario.ts';
import { Output } from '#cli/output.ts';
import { systemRandom } from '#clock/random.ts';
import { checkpoints } from './checkpoints.ts';
import { coldStart } from './cold-start.ts';
import { clock, type Figure, median } from '../measure.ts';
import { tableOf } from '../table.ts';

/** Nodes an instrument of the drills' workload brings. */
const NODES_EACH = 16;
const MANY_ACTORS = 10_000;

const { values: flags, positionals: wanted } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean', default: false } } });
const out = new Output(process.stdout, process.stderr, process.env);
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
const onEvent = (event: string): void => out.note(`  ${event}`);
const ports: DrillPorts = { clock, random: systemRandom, onEvent, signal: stop.signal };

interface Measured {
  readonly name: string;
  readonly run: () => Promise<{ figures: readonly Figure[]; violations: readonly string[] }>;
}

/** A figure of a drill, with the scenario that is its workload and faults. */
function drill(name: string, scenario: object, figures: (report: DrillReport) => Figure[]): Measured {
  const given: Scenario = scenarioSchema.parse({ name, description: 'measured by the bench', pauseMsMax: 60_000, ...scenario });
  return {
    name,
    run: async () => {
      const report = await runScenario(given, ports);
      return { figures: figures(report), violations: report.violations };
    },
  };
}

function section(name: string, measure: () => Promise<{ readonly figures: readonly Figure[] }>): Measured {
  return { name, run: async () => ({ figures: (await measure()).figures, violations: [] }) };
}

const many = { instruments: Math.ceil(MANY_ACTORS / NODES_EACH), rows: 100, rowsPerSecond: 2 };
const issue4 = (atMost: number): NonNullable<Figure['target']> => ({ requirement: 'issue 4', atMost });
const pausesOf = ({ faults }: DrillReport): number[] => faults.map(({ pauseMs }) => pauseMs);
const times = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k));

const MEASURED: readonly Measured[] = [
  drill('kill-10000', { cluster: { servers: 1, members: 1, shards: 2, slots: 64 }, workload: many, faults: [{ fault: 'kill', target: 'member:m1', atMs: 5_000 }] }, ({ faults }) => [
    { name: 'kill -9 of a member with 10,000 actors, same machine → rows of all flow again', value: faults[0]!.recoveredMs, unit: 'ms', target: issue4(2_000) },
  ]),
  drill('take-over-10000', { cluster: { servers: 1, members: 2, shards: 1, slots: 64, memberTtlMs: 1_500 }, workload: many, faults: [{ fault: 'pause', target: 'owner', atMs: 5_000, forMs: 15_000 }] }, (report) => [
    { name: 'a member with half of 10,000 actors stands still → its rows come from another', value: Math.max(...pausesOf(report)), unit: 'ms', target: issue4(10_000), note: 'silence counts as death after 1,500 ms here' },
  ]),
  drill('handover', { cluster: { servers: 1 }, workload: { rows: 9_000 }, faults: times(5, (k) => ({ fault: 'drain', target: 'owner', atMs: 2_000 + k * 5_000, forMs: 500 })) }, (report) => [
    { name: 'planned handover of a slot → longest pause of its rows, median of 5 drains', value: median(pausesOf(report)), unit: 'ms', target: issue4(100) },
    { name: 'the longest of them', value: Math.max(...pausesOf(report)), unit: 'ms', target: issue4(100) },
  ]),
  drill('rolling-restart', { cluster: { servers: 1 }, workload: { rows: 9_000 }, faults: [{ fault: 'restart', atMs: 2_000 }] }, (report) => [
    { name: 'rolling restart of every role by command → longest pause of rows', value: Math.max(...pausesOf(report)), unit: 'ms', target: issue4(1_000) },
  ]),
  drill('rolling-restart-servers', { workload: { rows: 9_000 }, faults: [{ fault: 'rolling-restart', target: 'nats-servers', atMs: 2_000 }] }, (report) => [
    { name: 'rolling restart of three nats-servers → longest pause of rows', value: Math.max(...pausesOf(report)), unit: 'ms', target: issue4(1_000) },
  ]),
  drill('leader-killed', { workload: { rows: 15_000 }, faults: times(3, (k) => ({ fault: 'kill', target: 'stream-leader', atMs: 2_000 + k * 15_000 })) }, (report) => {
    // An election is told apart where it was seen before rows flowed again; the others say nothing of what follows one.
    const seen = report.faults.flatMap(({ recoveredMs, electedMs }) => (electedMs === undefined ? [] : [{ electedMs, afterMs: Math.max(0, recoveredMs - electedMs) }]));
    const after = seen.map(({ afterMs }) => afterMs);
    const note = `${seen.length} of ${report.faults.length} elections were seen`;
    return [
      { name: 'leader of the outputs killed, three replicas → rows flow again, median of 3', value: median(report.faults.map(({ recoveredMs }) => recoveredMs)), unit: 'ms' },
      { name: 'of which until all streams have a leader again, median', value: median(seen.map(({ electedMs }) => electedMs)), unit: 'ms', note: 'the election, a constant of the server' },
      { name: 'and from then on, median', value: median(after), unit: 'ms', target: issue4(2_000), note },
      { name: 'the longest of them', value: Math.max(...after), unit: 'ms', target: issue4(2_000), note },
    ];
  }),
  drill('leader-steps-down', { workload: { rows: 4_500 }, faults: times(5, (k) => ({ fault: 'step-down', atMs: 2_000 + k * 2_500 })) }, (report) => [
    { name: 'planned change of the leader, three replicas → longest pause, median of 5', value: median(pausesOf(report)), unit: 'ms', target: issue4(200) },
    { name: 'the longest of them', value: Math.max(...pausesOf(report)), unit: 'ms', target: issue4(200) },
  ]),
  section('cold-start', () => coldStart(onEvent)),
  section('checkpoints', checkpoints),
];

const unknown = wanted.filter((name) => !MEASURED.some((each) => each.name === name));
if (unknown.length > 0) {
  out.note(`nothing is called ${unknown.join(', ')}; there are ${MEASURED.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

let broken = 0;
const measured = [];
for (const { name, run } of MEASURED) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (!flags.json) out.line(out.paint('cyan', name));
  const { figures, violations } = await run();
  measured.push({ name, figures: figures.map((figure) => ({ ...figure, isReached: figure.target && figure.value <= figure.target.atMost! })), violations });
  if (violations.length > 0) broken++;
  if (flags.json) continue;
  for (const row of tableOf({ title: name, figures })) out.line(`  ${row.name}: ${row.value} ${row.unit}  ${out.paint('dim', [row.asked, row.note].filter((text) => text !== '').join('; '))}`);
  for (const violation of violations) out.line(out.paint('red', `  ${violation}`));
}
if (flags.json) out.json(measured);
process.exitCode = broken > 0 ? 1 : 0;
