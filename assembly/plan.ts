// Runs a segment: a run of kernel nodes of one group, in topological order, over the newest rows of their upstreams.
// R1. When an instruction runs, every upstream column already ends with the new rows, which begin `offset` bytes behind each base.
// R2. Warm-up is static: a kernel does not see rows before the row from which all its upstreams are valid, and its output there is NaN.
//
//   segment: 0 count u32 │ 4 zero │ 8 valid from f64, the latest of its instructions │ 16 instructions …
//   instruction: 0 bytes u32 │ 4 op i32 │ 8 state u32 │ 12 place of the outputs u32 │ 16 valid from f64 │ 24 inputs … outputs …
import { run } from './dispatch';
import { OUTPUT_BYTES, setNewest } from './operand';
import { INTAKE, READ, READ_COUNT, reserveRow, ROWS, SEGMENT } from './ring';
import { canonical, fillNaN } from './value';

const SEGMENT_BYTES: usize = 16;
const INSTRUCTION_BYTES: usize = 24;

/** Runs every instruction of a segment over the `count` newest rows, the first of which is row `row` of the group, `offset` bytes behind its columns' bases. */
export function plan_run(segment: usize, count: i32, row: f64, offset: usize): void {
  runAll(segment, count, row, offset);
}

// @ts-ignore: decorator
@inline
function runAll(segment: usize, count: i32, row: f64, offset: usize): void {
  setNewest(offset);
  if (row < load<f64>(segment, 8)) {
    warmUp(segment, count, row, offset);
    return;
  }
  let at = segment + SEGMENT_BYTES;
  for (let left = load<u32>(segment); left > 0; left--) {
    run(load<i32>(at, 4), <usize>load<u32>(at, 8), at + INSTRUCTION_BYTES, at + <usize>load<u32>(at, 12), count);
    at += <usize>load<u32>(at);
  }
}

/** The same by R2, while some instruction is not valid yet. */
function warmUp(segment: usize, count: i32, row: f64, offset: usize): void {
  let at = segment + SEGMENT_BYTES;
  for (let left = load<u32>(segment); left > 0; left--) {
    const outputs = at + <usize>load<u32>(at, 12);
    const end = at + <usize>load<u32>(at);
    const unseen = <i32>min(max(load<f64>(at, 16) - row, 0), <f64>count);
    for (let output = outputs; unseen > 0 && output < end; output += OUTPUT_BYTES) fillNaN(<usize>load<u32>(output) + offset, unseen);
    setNewest(offset + (<usize>unseen << 3));
    if (unseen < count) run(load<i32>(at, 4), <usize>load<u32>(at, 8), at + INSTRUCTION_BYTES, outputs, count - unseen);
    at = end;
  }
}

/** Takes one row of a source, which the host has put down at the ring's intake, through the group's first segment. */
export function plan_feed(ring: usize): void {
  const offset = reserveRow(ring);
  const row = load<f64>(ring, ROWS);
  store<f64>(ring, row + 1, ROWS);
  const values = <usize>load<u32>(ring, INTAKE);
  const end = ring + READ + (<usize>load<u32>(ring, READ_COUNT) << 3);
  for (let column = ring + READ; column < end; column += 8) {
    store<f64>(<usize>load<u32>(column) + offset, canonical(load<f64>(values + <usize>load<u32>(column, 4))));
  }
  runAll(<usize>load<u32>(ring, SEGMENT), 1, row, offset);
}
