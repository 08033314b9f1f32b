// npm run mutate: breaks one rule of the commit protocol at a time, in a copy, and lets the simulation look for it. A rule whose break
// goes unnoticed for SEEDS schedules is one nobody checks; then this ends with 1.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Output } from '#cli/output.ts';

const SEEDS = 200;

interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

interface Mutation extends Edit {
  /** The rule that is broken, as the source names it. */
  readonly rule: string;
  /** Another rule makes up for it, and is broken as well; so is what would show that one by itself. */
  readonly also?: readonly Edit[];
}

const MUTATIONS: readonly Mutation[] = [
  { rule: 'S2: every write carries the lease as its fence', file: 'src/actors/commit.ts', from: 'await bus.appendStep(left, fence);', to: 'await bus.appendStep(left, { ...fence, sequence: (await bus.last(\'OUT\', fence.subject))!.sequence });' },
  { rule: 'A2: a row that is committed is not given out again', file: 'src/actors/recover.ts', from: 'found.set(id, { next: first + count, chains });', to: 'void [first, count, chains];' },
  {
    rule: 'S4: the lease is taken before the log is asked where the outputs stand',
    file: 'src/actors/recover.ts',
    from: '  const [claimed, { identity: logIdentity }] = await Promise.all([claim(ports, share, member, wanted.division), ports.bus.state(\'IN\')]);\n  for (let before = Infinity; ; ) {\n    const begun = await restoreLane(ports, share, wanted, logIdentity, before);\n    if (await meetLog(ports, share, begun.lane, claimed)) return { ...begun, tenure: claimed, logIdentity };\n',
    to: '  const { identity: logIdentity } = await ports.bus.state(\'IN\');\n  const stood = await ports.bus.last(\'OUT\', ports.subjects.lease(slotIn(share)));\n  const asked: Claim = { before: undefined, divided: undefined, fence: { subject: ports.subjects.lease(slotIn(share)), sequence: stood?.sequence ?? 0 } };\n  for (let before = Infinity; ; ) {\n    const begun = await restoreLane(ports, share, wanted, logIdentity, before);\n    if (await meetLog(ports, share, begun.lane, asked)) return { ...begun, tenure: await claim(ports, share, member, wanted.division), logIdentity };\n',
  },
  { rule: 'S7: an owner that computes again what the log has does not say that it came to the end', file: 'src/actors/slot.ts', from: '    if (lane.isReplaying) return;\n', to: '' },
  { rule: 'R1: where the last owner let go is believed only by a lane of that very place', file: 'src/actors/recover.ts', from: 'released?.inputSequence === stand.inputSequence && released.nodes === stand.nodes && released.chains === stand.chains', to: 'released' },
  {
    rule: 'S3: the checkpoint never leads the log',
    file: 'src/actors/slot.ts',
    from: 'const newest = await commit(this.#ports, this.#slot, fence, frames);',
    to: 'await this.#checkpoints.write(lane, this.#logIdentity); const newest = await commit(this.#ports, this.#slot, fence, frames);',
    // By R4 a checkpoint that leads is not used, whatever made it lead; of one kept in order only the loss of power does.
    also: [
      { file: 'src/actors/recover.ts', from: 'if (after === undefined && lane.leads(committed)) return false; // by R4', to: '' },
      { file: 'test/simulation/faults.ts', from: '  power: 3,\n', to: '  power: 0,\n' },
    ],
  },
  { rule: 'S5: a lane that joins others knows what they must not write again', file: 'src/actors/slot.ts', from: 'new Map(lanes.flatMap(({ committed }) => [...committed]))', to: 'new Map()' },
  { rule: 'A1: rows a lane has are skipped', file: 'src/actors/lane.ts', from: 'let from = have - frame.first; // by A1', to: 'let from = 0;' },
  {
    rule: 'F1: a frame of a feed is stored only right behind the one it continues',
    file: 'src/actors/feed.ts',
    from: 'const { newest, reason } = await this.#ports.bus.appendStep(step, { subject: this.#subject, sequence: this.#sequence });',
    to: 'const newest = { sequence: Math.max(...(await Promise.all(step.map(({ subject, data, messageId }) => this.#ports.bus.append(subject, data, { messageId }))))) }, reason = undefined;',
  },
  { rule: 'R4: a checkpoint that knows rows the log has lost is not used', file: 'src/actors/recover.ts', from: 'if (after === undefined && lane.leads(committed)) return false; // by R4', to: '' },
  { rule: 'R4: a checkpoint that knows entries the log has lost is not used', file: 'src/actors/recover.ts', from: 'if (!place.trailsLog) {', to: 'if (head.inputSequence < 0 && !place.trailsLog) {' },
  { rule: 'R5: a landmark is believed only where the log still has that very entry', file: 'src/actors/recover.ts', from: 'isMarked(entry, landmark) ? landmark.sequence', to: 'entry !== undefined || landmark.sequence > 0 ? landmark.sequence' },
  { rule: 'L4: a division ends on the leases of its shares before the slot is whole', file: 'src/actors/lease.ts', from: 'if (divided) for (const subject', to: 'if (divided && divided.number < 0) for (const subject' },
  { rule: 'S10: who divides a slot gives up the fence it had of all of it', file: 'src/actors/slot.ts', from: 'if (!this.#areWanted(lane)) lane = this.#drop(lane);', to: 'if (!wanted.division && !this.#areWanted(lane)) lane = this.#drop(lane);' },
  { rule: 'K1: retention does not pass the oldest checkpoint that is needed', file: 'src/dag/retention.ts', from: 'const needs = this.#needs.bySource(uploads, identity);', to: 'const needs = new Map<SourceID, Need>(); void identity;' },
  { rule: 'K1: the neediest node of a slot speaks for it', file: 'src/dag/needs.ts', from: 'if (need.sequence < its.need.sequence) its.need = need;', to: 'if (need.sequence > its.need.sequence) its.need = need;' },
  { rule: 'K1: what a tag query is made of anew stays', file: 'src/dag/needs.ts', from: 'const { sources, asks } = this.#inputsOf(id, met);', to: 'const { sources, asks } = this.#inputsOf(id, met); if (asks) continue;' },
  { rule: 'K5: what counts as the newest entry is what was it a round ago', file: 'src/dag/round-ago.ts', from: 'Math.min(sequence, known.get(subject) ?? 1)', to: 'sequence' },
  { rule: 'G6: what has ended begins anew only for a submission that knows of it', file: 'src/gateway/gateway.ts', from: ' && after !== lifeOf(known))', to: ' && after === 0)' },
  { rule: 'A5: rows before the members of a tag query change are decided before it', file: 'src/actors/lane.ts', from: '    this.#flushAll();\n    for (const turn of', to: '    for (const turn of' },
  { rule: 'O3: a tag query made with other members is another', file: 'src/supervisor/query-origins.ts', from: ', queries: digests }', to: ' }' },
];

const root = join(import.meta.dirname, '..');
const out = new Output(process.stdout, process.stderr, process.env);
let unnoticed = 0;
for (const mutation of MUTATIONS) {
  const found = simulateWith(mutation);
  if (!found) unnoticed++;
  out.line(`${found ? out.paint('green', 'caught  ') : out.paint('red', 'UNNOTICED')}  ${mutation.rule}${found ? out.paint('dim', `  (${found})`) : ''}`);
}
out.line(`${MUTATIONS.length - unnoticed} of ${MUTATIONS.length} broken rules caught within ${SEEDS} schedules`);
process.exit(unnoticed === 0 ? 0 : 1);

/** Which seed noticed, if one did. */
function simulateWith({ also = [], ...edit }: Mutation): string | undefined {
  const copy = mkdtempSync(join(tmpdir(), 'qmtl-mutant-'));
  try {
    for (const part of ['src', 'test', 'scripts', 'examples', 'package.json']) cpSync(join(root, part), join(copy, part), { recursive: true });
    for (const part of ['node_modules', 'build']) symlinkSync(join(root, part), join(copy, part));
    mkdirSync(join(copy, '.cache'));
    for (const { file, from, to } of [edit, ...also]) {
      const source = readFileSync(join(copy, file), 'utf8');
      if (source.split(from).length !== 2) throw new Error(`${file} does not hold exactly once: ${from}`);
      writeFileSync(join(copy, file), source.replace(from, to));
    }
    const { status, stdout } = spawnSync(process.execPath, ['scripts/simulate.ts', '--seeds', String(SEEDS)], { cwd: copy, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
    return status === 1 ? /^seed \d+/m.exec(stdout)?.[0] : undefined;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
