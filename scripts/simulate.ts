// npm run simulate -- --seeds 1000 --first 0: schedules of crashes, pauses, cuts and moves over a simulated cluster. At the first
// violation it leaves out every event that is not needed for it, prints the story of what is left and the command that repeats it,
// and ends with 1.
import { parseArgs } from 'node:util';
import { Output } from '#cli/output.ts';
import { progress } from '#cli/progress.ts';
import { SystemClock } from '#clock/system.ts';
import { shrink } from '../test/simulation/shrink.ts';
import { scheduleOf, simulate } from '../test/simulation/world.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '1000' }, first: { type: 'string', default: '0' }, only: { type: 'string' } } });
const [seeds, first] = [Number(values.seeds), Number(values.first)];
/** Numbers of the events of the schedule that shall happen. */
const only = values.only?.split(',').filter(Boolean).map(Number);
const out = new Output(process.stdout, process.stderr, process.env);
if (!Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(first) || first < 0) refuse('--seeds takes a whole number of at least 1, --first one of at least 0');
if (only && (seeds !== 1 || !only.every((at) => Number.isInteger(at) && at in scheduleOf(first)))) refuse(`--only takes numbers of events of one schedule, 0 to ${scheduleOf(first).length - 1}, and --seeds 1`);

const clock = new SystemClock();
const startedMs = clock.monotonicMs();
const bar = progress('simulating', { sink: process.stderr, env: process.env, clock, total: seeds });
let lives = 0;
let divisions = 0;
for (let seed = first; seed < first + seeds; seed++) {
  const schedule = scheduleOf(seed);
  const numbers = only ?? [...schedule.keys()];
  const run = (kept: readonly number[]): ReturnType<typeof simulate> => simulate(seed, kept.map((at) => schedule[at]!));
  const outcome = await run(numbers);
  lives += outcome.lives;
  divisions += outcome.divisions;
  bar.at(seed - first + 1);
  if (outcome.violation === undefined) continue;
  bar.end();
  out.note(`seed ${seed} violates; leaving out what is not needed of its ${numbers.length} events`);
  const kept = await shrink(numbers, async (fewer) => (await run(fewer)).violation !== undefined);
  const { story, violation } = await run(kept);
  for (const line of story) out.line(line);
  out.line();
  out.line(out.paint('red', `seed ${seed}: ${violation}`));
  out.line(`repeat it with: npm run simulate -- --seeds 1 --first ${seed} --only ${kept.join(',') || '""'}`);
  process.exit(1);
}
bar.end();
out.line(`${seeds} schedules from seed ${first}, ${lives} lives of slots, ${divisions} divisions of slots, 0 violations, ${((clock.monotonicMs() - startedMs) / 1000).toFixed(1)} s`);
process.exit(0);

function refuse(why: string): never {
  out.note(`error: ${why}`);
  process.exit(2);
}
