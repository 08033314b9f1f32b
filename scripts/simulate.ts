// npm run simulate -- --seeds 1000 --first 0: schedules of crashes, pauses, cuts and moves over a simulated cluster. Ends with 1 at the
// first violation, with its story and the command that repeats it.
import { parseArgs } from 'node:util';
import { Output } from '#cli/output.ts';
import { progress } from '#cli/progress.ts';
import { SystemClock } from '#clock/system.ts';
import { simulate } from '../test/simulation/world.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '1000' }, first: { type: 'string', default: '0' } } });
const [seeds, first] = [Number(values.seeds), Number(values.first)];
const out = new Output(process.stdout, process.stderr, process.env);
if (!Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(first) || first < 0) {
  out.note('error: --seeds takes a whole number of at least 1, --first one of at least 0');
  process.exit(2);
}
const clock = new SystemClock();
const startedMs = clock.monotonicMs();
const bar = progress('simulating', { sink: process.stderr, env: process.env, clock, total: seeds });
let lives = 0;
for (let seed = first; seed < first + seeds; seed++) {
  const outcome = await simulate(seed);
  lives += outcome.lives;
  bar.at(seed - first + 1);
  if (outcome.violation === undefined) continue;
  bar.end();
  for (const line of outcome.story) out.line(line);
  out.line();
  out.line(out.paint('red', `seed ${seed}: ${outcome.violation}`));
  out.line(`repeat it with: npm run simulate -- --seeds 1 --first ${seed}`);
  process.exit(1);
}
bar.end();
out.line(`${seeds} schedules from seed ${first}, ${lives} lives of slots, 0 violations, ${((clock.monotonicMs() - startedMs) / 1000).toFixed(1)} s`);
process.exit(0);
