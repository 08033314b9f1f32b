// Triangular moving average: a simple mean of simple means, whose two lengths add up to period + 1.
//
// Y1. Exact windows go by engine/triangle.ts.
// Y2. Rough ones (M2 of mean.ts) are loose means of loose means. These stand still while rows go by Y1, and are put on the row where they are wanted:
//     they find what they need in the window.
//   parts: 0 triangle │ 1 first mean │ 2 second mean │ 3 its trail
import { looseMeans } from '../engine/loose-mean';
import { meanBytes } from '../engine/mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeBlock, placeLooseMean, placeTrailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { TILE_BYTES, wholeBytes } from '../engine/tile';
import { trailRoom } from '../engine/trail';
import { TRIANGLE_BYTES, exactAnew, exactRows, exactStep, longer, noteValue, periodOf, roughBytes, shorter, shorterOf, triangleInit } from '../engine/triangle';
import { input, output } from '../operand';
import { lastGap, rows, setLastGap, setRows } from '../state';
import { BATCH_ROWS, finite } from '../value';

export function trimaBytes(params: usize): usize {
  const period = load<f64>(params);
  return PARTS + TRIANGLE_BYTES + meanBytes<Plain>(<i32>longer(period)) + trailedMeanBytes<Plain>(shorter(period));
}

export function trimaInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  triangleInit(state + PARTS, period);
  const at = placeBlock(state, 0, state + PARTS, TRIANGLE_BYTES);
  placeTrailedLooseMean(state, 2, placeLooseMean(state, 1, at, longer(period)), shorter(period));
}

export function trimaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const triangle = part(state, 0);
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const x = input(inputs, 0) + from;
    const out = output(outputs, 0) + from;
    const row = rows(state);
    let bytes: usize = 0;
    if (end - from >= <usize>BATCH_ROWS << 3) bytes = exactRows(triangle, x, out, row, end - from);
    if (bytes == 0 && exactStep(triangle, x, out, row)) bytes = 8;
    if (bytes == 0 && isWhole(state, row)) bytes = roughRows(state, x, out, row, wholeBytes(inputs, 1, from, end));
    if (bytes == 0) {
      changingRow(state, x, out, row);
      bytes = 8;
    }
    setRows(state, row + <i64>(bytes >> 3));
    from += bytes;
  }
}

/** True when the row and the window before it have no gap, and there are enough of them. */
// @ts-ignore: decorator
@inline
function isWhole(state: usize, row: i64): bool {
  const period = <i64>periodOf(part(state, 0));
  return row >= period - 1 && row - lastGap(state) >= period;
}

/** One row that no window went before, or that brings a gap or more decimal places. */
function changingRow(state: usize, x: usize, out: usize, row: i64): void {
  const value = load<f64>(x);
  if (!finite(value)) setLastGap(state, row);
  else if (isWhole(state, row)) {
    if (!exactAnew(part(state, 0), x, out, row)) roughRows(state, x, out, row, 8);
    return;
  } else noteValue(part(state, 0), value, row);
  store<f64>(out, NaN);
}

/** Rows whose windows are rough, of `bytes` that are values and at most a tile; the first window is whole. Answers the bytes taken. */
function roughRows(state: usize, x: usize, out: usize, row: i64, bytes: usize): usize {
  if (bytes == 0) return 0;
  const taken = roughBytes(part(state, 0), x, row, bytes);
  if (taken == 0) return 0;
  meansBefore(state, x, row);
  const means = firstMeans(state, x, taken);
  looseMeans(part(state, 2), means, out, taken);
  setRows(part(state, 2), row + <i64>(taken >> 3));
  return taken;
}

/** Makes the trail hold what the window of the row at `x` has of first means (Y2). */
function meansBefore(state: usize, x: usize, row: i64): void {
  const first = part(state, 1);
  let back = min<i64>(row - rows(first), <i64>shorterOf(part(state, 0)) - 1);
  setRows(first, row - back);
  setRows(part(state, 2), row);
  for (; back > 0; back = row - rows(first)) firstMeans(state, x - (<usize>back << 3), min<usize>(TILE_BYTES, <usize>back << 3));
}

/** Appends the first means of rows from `x` to the trail; answers where. */
function firstMeans(state: usize, x: usize, bytes: usize): usize {
  const first = part(state, 1);
  const row = rows(first);
  const to = trailRoom(part(state, 3), bytes);
  looseMeans(first, x, to, bytes);
  setRows(first, row + <i64>(bytes >> 3)); // short means do not count their rows
  return to;
}
