// Know sure thing: four rates of change, each averaged, added up with weights 1 to 4, and the average of that as its signal.
//   parts: 0 2 4 6 means of the rates │ 1 3 5 7 their trails │ 8 mean of the sum │ 9 its trail │ numbers: 0 … 3 the rates' rows
import { Plain } from '../engine/mean-layout';
import { PARTS, number, placeTrailedLooseMean, setNumber, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { rateRows } from '../engine/rate';
import { scratch, tileBytes } from '../engine/tile';
import { input, output } from '../operand';
import { rows, setRows } from '../state';
import { canonicalPair } from '../value';

// Parameters: four rates, four averages, the signal.
const AVERAGES: usize = 32;
const SIGNAL: usize = 64;

export function kstBytes(params: usize): usize {
  let bytes = PARTS;
  for (let k = AVERAGES; k <= SIGNAL; k += 8) bytes += trailedMeanBytes<Plain>(load<f64>(params + k));
  return bytes;
}

export function kstInit(state: usize, params: usize): void {
  let at = state + PARTS;
  for (let k: usize = 0; k < 5; k++) at = placeTrailedLooseMean(state, 2 * k, at, load<f64>(params + (k << 3), AVERAGES));
  for (let k: usize = 0; k < 4; k++) setNumber(state, k, load<f64>(params + (k << 3)));
}

export function kstRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const sum = output(outputs, 0) + from;
    for (let k: usize = 0; k < 4; k++) {
      rateRows(input(inputs, 0) + from, number(state, k), rows(state), scratch(0), bytes);
      trailedLooseMean(state, 2 * k, scratch(0), scratch(1), bytes);
      addWeighed(<f64>(k + 1), scratch(1), k == 0, sum, bytes);
    }
    trailedLooseMean(state, 8, sum, output(outputs, 1) + from, bytes);
    setRows(state, rows(state) + <i64>(bytes >> 3));
    from += bytes;
  }
}

/** Adds weight · x to `sum`. */
function addWeighed(weight: f64, x: usize, first: bool, sum: usize, bytes: usize): void {
  const weights = f64x2.splat(weight);
  for (let k: usize = 0; k < bytes; k += 16) {
    const heavy = f64x2.mul(weights, v128.load(x + k));
    v128.store(sum + k, canonicalPair(first ? heavy : f64x2.add(v128.load(sum + k), heavy)));
  }
}
