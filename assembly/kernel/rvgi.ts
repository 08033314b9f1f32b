// Relative vigor index: how far rows close from their open over how far they range, both weighed with the three rows before and averaged over a
// window; and its signal, the index weighed with the three before.
//   parts: 0 trail of close − open │ 1 trail of high − low │ 2 3 mean of the former and its trail │ 4 5 of the latter │ 6 trail of the index
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeTrail, placeTrailedLooseMean, trailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { symmetricSums } from '../engine/symmetric';
import { scratch, tileBytes } from '../engine/tile';
import { trailBytes, trailRoom } from '../engine/trail';
import { input, output } from '../operand';
import { canonicalPair } from '../value';

const BEFORE: i32 = 3; // rows that a row is weighed with

export function rvgiBytes(params: usize): usize {
  return PARTS + 3 * trailBytes(BEFORE) + 2 * trailedMeanBytes<Plain>(load<f64>(params));
}

export function rvgiInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  let at = placeTrail(state, 1, placeTrail(state, 0, state + PARTS, BEFORE), BEFORE);
  at = placeTrailedLooseMean(state, 4, placeTrailedLooseMean(state, 2, at, period), period);
  placeTrail(state, 6, at, BEFORE);
}

export function rvgiRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    average(state, 0, input(inputs, 3) + from, input(inputs, 0) + from, bytes);
    average(state, 1, input(inputs, 1) + from, input(inputs, 2) + from, bytes);
    const index = trailRoom(part(state, 6), bytes);
    vigor(scratch(0), scratch(1), index, bytes);
    for (let k: usize = 0; k < bytes; k += 16) v128.store(output(outputs, 0) + from + k, v128.load(index + k));
    signals(index, output(outputs, 1) + from, bytes);
    from += bytes;
  }
}

/** The mean of a − b, weighed, into the scratch column of the side. */
function average(state: usize, side: usize, a: usize, b: usize, bytes: usize): void {
  const differences = trailRoom(part(state, side), bytes);
  for (let k: usize = 0; k < bytes; k += 16) v128.store(differences + k, f64x2.sub(v128.load(a + k), v128.load(b + k)));
  symmetricSums(differences, scratch(side), bytes);
  trailedLooseMean(state, 2 + 2 * side, scratch(side), scratch(side), bytes);
}

/** 0 where nothing ranges. */
function vigor(body: usize, range: usize, out: usize, bytes: usize): void {
  const zero = f64x2.splat(0);
  for (let k: usize = 0; k < bytes; k += 16) {
    const way = v128.load(body + k);
    const width = v128.load(range + k);
    const ratio = v128.andnot(f64x2.div(way, width), f64x2.eq(width, zero));
    v128.store(out + k, canonicalPair(f64x2.add(ratio, f64x2.sub(way, way)))); // an open that is no value stays none
  }
}

function signals(index: usize, out: usize, bytes: usize): void {
  const six = f64x2.splat(6);
  symmetricSums(index, out, bytes);
  for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, canonicalPair(f64x2.div(v128.load(out + k), six)));
}
