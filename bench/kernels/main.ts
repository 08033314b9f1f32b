// npm run bench:kernels [-- --json <file>] [--docs docs/benchmarks.md] [--only <kernel,…>]: the kernels beside TA-Lib C and other libraries.
// A ratio that is missed is shown as missed; the exit code is 1 only when an answer is wrong.
import { writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, type as systemName } from 'node:os';
import { parseArgs } from 'node:util';
import { Output } from '#cli/output.ts';
import { kernelOf } from '#kernels/catalog.ts';
import { clock, WrongAnswer } from '../measure.ts';
import { replaceMeasured } from '../table.ts';
import { marketBars } from './bars.ts';
import { beside, counterparts, type Comparison } from './batch.ts';
import { type Grid, markdownOf, terminalLines } from './grid.ts';
import { isMissing } from '../install.ts';
import { taLib, type TaLibModule } from './peers.ts';
import { others } from './others.ts';
import { libraries, streaming, sweeps } from './streaming.ts';

const LONG_ROWS = 1 << 20;
const SHORT_ROWS = 8_192;
const ROUNDS = 9;

const { values: flags } = parseArgs({ options: { json: { type: 'string' }, docs: { type: 'string' }, only: { type: 'string' } } });
const out = new Output(process.stdout, process.stderr, process.env);
const wanted = flags.only?.split(',').map((name) => kernelOf(name).name);
const conditions = [
  `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, ${systemName()} ${release()} ${arch()}`,
  `node ${process.version}, ${new Date(clock.now()).toISOString()}, load average ${loadavg().map((load) => load.toFixed(2)).join(' ')}`,
];
for (const line of conditions) out.line(line);

const grids: Grid[] = [];
const wrong: string[] = [];
const native = await taLib();
if (isMissing(native)) out.line(out.paint('yellow', `TA-Lib is not timed: ${native.missing}`));
else {
  conditions.push(`TA-Lib ${native.version()}`);
  await show('Batch, one series of 1,048,576 bars in cents', native, LONG_ROWS, false);
  await show('Batch, one series of 1,048,576 bars that are no decimals', native, LONG_ROWS, true);
  await show('Batch, one series of 8,192 bars in cents', native, SHORT_ROWS, false);
}
if (wanted === undefined) {
  const { found, missing } = await others();
  for (const reason of missing) out.line(out.paint('yellow', reason));
  add(await libraries(found));
  add(streaming(found));
  add(await sweeps());
}
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify({ conditions, wrong, grids }, null, 2)}\n`);
if (flags.docs !== undefined && wrong.length === 0) replaceMeasured(flags.docs, '<!-- kernels -->', `${conditions.join('  \n')}\n\n${grids.map(markdownOf).join('\n')}`);
process.exitCode = wrong.length > 0 ? 1 : 0;

/** A ratio is asked of the long series alone: in a short one the branches of C are learnt by heart. */
async function show(title: string, module: TaLibModule, rows: number, rough: boolean): Promise<void> {
  const bars = marketBars(rows, rough);
  const compared: Comparison[] = [];
  for (const name of counterparts.filter((each) => wanted === undefined || wanted.includes(each))) {
    try {
      compared.push(await beside(module, name, bars, ROUNDS, LONG_ROWS / rows));
    } catch (error) {
      if (!(error instanceof WrongAnswer)) throw error;
      wrong.push(error.message);
    }
  }
  add({
    title,
    about: 'Nanoseconds per bar, everything a kernel gives written to columns of its own.',
    heads: ['', 'ours', 'TA-Lib', 'times as fast', 'asked', ''],
    rows: compared.map(({ kernel, ours, theirs, ratio, asked }) => {
      const judged = rows === LONG_ROWS && !rough;
      return { name: kernel, cells: [ours, theirs, ratio, judged ? asked : null, judged && ratio < asked ? 'missed' : null] };
    }),
  });
}

function add(grid: Grid): void {
  grids.push(grid);
  out.line();
  out.line(out.paint('cyan', grid.title));
  for (const line of terminalLines(grid)) out.line(`  ${line}`);
}
