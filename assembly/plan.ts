// Runs a segment: a run of kernel nodes of one group, in topological order, over the newest rows of their upstreams.
// R1. When an instruction runs, every upstream page already ends with the new rows; its own page gets the same number of rows.
// R2. Warm-up is static: a kernel does not see rows before the row from which all its upstreams are valid, and its output there is NaN.
//
//   segment: count u32, pad u32, then instructions
//   instruction: 0 bytes u32 │ 4 op i32 │ 8 state u32 │ 12 page u32 │ 16 inputs u32 │ 20 outputs u32 │ 24 valid from f64 │ 32 inputs … outputs …
import { run } from './dispatch';
import { INPUT_BYTES, OUTPUT_BYTES } from './operand';
import { append, head, reserve } from './page';
import { fillNaN } from './value';

/** Appends `count` staged rows to a source's page and runs the group's first segment over them. `row` is the group's first new row. */
export function plan_feed(page: usize, staging: usize, stagingStride: usize, segment: usize, count: i32, row: f64): void {
  append(page, staging, stagingStride, count);
  plan_run(segment, count, row);
}

/** Runs every instruction of a segment over the `count` newest rows, the first of which is row `row` of the group. */
export function plan_run(segment: usize, count: i32, row: f64): void {
  let at = segment + 8;
  for (let left = load<u32>(segment); left > 0; left--) {
    const inputs = at + 32;
    const outputs = inputs + <usize>load<u32>(at, 16) * INPUT_BYTES;
    const end = at + <usize>load<u32>(at);
    const offset = reserve(<usize>load<u32>(at, 12), count);
    for (let i = outputs; i < end; i += OUTPUT_BYTES) store<u32>(i, load<u32>(i) + <u32>offset, 4);
    for (let i = inputs; i < outputs; i += INPUT_BYTES) {
      const page = <usize>load<u32>(i);
      if (page != 0) store<u32>(i, <u32>(<usize>load<u32>(i, 4) + ((head(page) - <usize>count) << 3)), 8);
    }
    const unseen = load<f64>(at, 24) - row;
    const fresh = unseen > 0 ? skip(inputs, outputs, end, count, unseen) : count;
    if (fresh > 0) run(load<i32>(at, 4), <usize>load<u32>(at, 8), inputs, outputs, fresh);
    at = end;
  }
}

/** Steps over rows that come before the upstreams are valid; answers how many rows remain. */
function skip(inputs: usize, outputs: usize, end: usize, count: i32, unseen: f64): i32 {
  const skipped = <i32>min(unseen, <f64>count);
  for (let i = outputs; i < end; i += OUTPUT_BYTES) {
    const pointer = load<u32>(i, 4);
    fillNaN(<usize>pointer, skipped);
    store<u32>(i, pointer + (<u32>skipped << 3), 4);
  }
  for (let i = inputs; i < outputs; i += INPUT_BYTES) {
    store<u32>(i, load<u32>(i, 8) + <u32>skipped * load<u32>(i, 12), 8);
  }
  return count - skipped;
}
