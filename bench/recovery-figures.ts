// npm run bench:recovery: how long rows stop for what happens to a cluster, each measured in a drill that also compares every row with
// the batch run. A drill that breaks a promise fails the run; a slow figure is shown, not failed.
import { Output } from '#cli/output.ts';
import { systemRandom } from '#clock/random.ts';
import { type DrillPorts, type DrillReport, runScenario } from '#chaos/run.ts';
import { type Scenario, scenarioSchema } from '#chaos/scenario.ts';
import { clock, type Figure, median } from './measure.ts';
import { tableOf } from './table.ts';

/** Nodes an instrument of the drills' workload brings. */
const NODES_EACH = 16;
const MANY_ACTORS = 10_000;

const out = new Output(process.stdout, process.stderr, process.env);
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(`stopped by ${name}`)));
const ports: DrillPorts = { clock, random: systemRandom, onEvent: (event) => out.note(`  ${event}`), signal: stop.signal };

const scenario = (given: object): Scenario => scenarioSchema.parse({ description: 'measured by the bench', ...given });
const many = { instruments: Math.ceil(MANY_ACTORS / NODES_EACH), rows: 100, rowsPerSecond: 2 };

interface Measured {
  readonly scenario: Scenario;
  readonly figures: (report: DrillReport) => Figure[];
}

const pauses = ({ faults }: DrillReport): number[] => faults.map(({ pauseMs }) => pauseMs);

const MEASURED: readonly Measured[] = [
  {
    scenario: scenario({ name: 'kill-10000', cluster: { servers: 1, members: 1, shards: 2, slots: 64 }, workload: many, faults: [{ fault: 'kill', target: 'member:m1', atMs: 5_000 }], pauseMsMax: 60_000 }),
    figures: ({ faults }) => [{ name: 'kill -9 of a member with 10,000 actors, same machine → rows of all flow again', value: faults[0]!.recoveredMs, unit: 'ms', target: { requirement: 'E3', atMost: 2_000 } }],
  },
  {
    scenario: scenario({ name: 'take-over-10000', cluster: { servers: 1, members: 2, shards: 1, slots: 64, memberTtlMs: 1_500 }, workload: many, faults: [{ fault: 'pause', target: 'owner', atMs: 5_000, forMs: 15_000 }], pauseMsMax: 60_000 }),
    figures: (report) => [{ name: 'a member with half of 10,000 actors stands still → its rows come from another', value: Math.max(...pauses(report)), unit: 'ms', target: { requirement: 'E4', atMost: 10_000 }, note: 'silence counts as death after 1,500 ms here' }],
  },
  {
    scenario: scenario({ name: 'handover', cluster: { servers: 1 }, workload: { rows: 9_000 }, faults: [0, 1, 2, 3, 4].map((k) => ({ fault: 'drain', target: 'owner', atMs: 2_000 + k * 5_000, forMs: 500 })), pauseMsMax: 60_000 }),
    figures: (report) => [
      { name: 'planned handover of a slot → longest pause of its rows, median of 5 drains', value: median(pauses(report)), unit: 'ms', target: { requirement: 'E5', atMost: 100 } },
      { name: 'the longest of them', value: Math.max(...pauses(report)), unit: 'ms', target: { requirement: 'E5', atMost: 100 } },
    ],
  },
  {
    scenario: scenario({ name: 'leader-killed', workload: { rows: 15_000 }, faults: [0, 1, 2].map((k) => ({ fault: 'kill', target: 'stream-leader', atMs: 2_000 + k * 15_000 })), pauseMsMax: 60_000 }),
    figures: (report) => [{ name: 'leader of the outputs killed, three replicas → rows flow again, median of 3', value: median(pauses(report)), unit: 'ms', note: 'of which 4 to 9 s are the election, a constant of the server' }],
  },
  {
    scenario: scenario({ name: 'leader-steps-down', workload: { rows: 4_500 }, faults: [0, 1, 2, 3, 4].map((k) => ({ fault: 'step-down', atMs: 2_000 + k * 2_500 })), pauseMsMax: 60_000 }),
    figures: (report) => [{ name: 'planned change of the leader, three replicas → longest pause, median of 5', value: median(pauses(report)), unit: 'ms', target: { requirement: 'issue 4', atMost: 200 } }],
  },
];

let broken = 0;
for (const { scenario: each, figures } of MEASURED) {
  out.line(out.paint('cyan', each.name));
  const report = await runScenario(each, ports);
  for (const { name, value, unit, asked, note } of tableOf({ title: each.name, figures: figures(report) })) out.line(`  ${name}: ${value} ${unit}  ${out.paint('dim', [asked, note].filter((text) => text !== '').join('; '))}`);
  for (const violation of report.violations) out.line(out.paint('red', `  ${violation}`));
  if (!report.passed) broken++;
}
process.exitCode = broken > 0 ? 1 : 0;
