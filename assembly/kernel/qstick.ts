// Qstick: how far rows close from their open, on average.
//   parts: 0 mean of close − open │ 1 its trail
import { looseMeans } from '../engine/loose-mean';
import { Plain } from '../engine/mean-layout';
import { PARTS, part, placeTrailedLooseMean, trailedMeanBytes } from '../engine/parts';
import { tileBytes } from '../engine/tile';
import { trailRoom } from '../engine/trail';
import { input, output } from '../operand';

export function qstickBytes(params: usize): usize {
  return PARTS + trailedMeanBytes<Plain>(load<f64>(params));
}

export function qstickInit(state: usize, params: usize): void {
  placeTrailedLooseMean(state, 0, state + PARTS, load<f64>(params));
}

export function qstickRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  for (let from: usize = 0; from < end; ) {
    const bytes = tileBytes(from, end);
    const bodies = trailRoom(part(state, 1), bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      v128.store(bodies + k, f64x2.sub(v128.load(input(inputs, 1) + from + k), v128.load(input(inputs, 0) + from + k)));
    }
    looseMeans(part(state, 0), bodies, output(outputs, 0) + from, bytes);
    from += bytes;
  }
}
