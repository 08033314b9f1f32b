// Zero-lag exponential moving average: the ema of 2·x − x₋ₗ, l = (period − 1) / 2 rounded down.
//   parts: 0 smoother │ 1 trail of values │ number 0: l
import { SMOOTHER_BYTES, smoothRows } from '../engine/lookahead';
import { PARTS, number, part, placeSmoother, placeTrail, setNumber } from '../engine/parts';
import { passGaps, scratch, wholeBytes } from '../engine/tile';
import { trailAppend, trailBytes } from '../engine/trail';
import { input, output } from '../operand';

// @ts-ignore: decorator
@inline
function lag(period: f64): f64 {
  return floor((period - 1) * 0.5);
}

export function zlemaBytes(params: usize): usize {
  return PARTS + SMOOTHER_BYTES + trailBytes(<i32>lag(load<f64>(params)));
}

export function zlemaInit(state: usize, params: usize): void {
  const period = load<f64>(params);
  setNumber(state, 0, lag(period));
  placeTrail(state, 1, placeSmoother(state, 0, state + PARTS, 2.0 / (period + 1.0), period), lag(period));
}

export function zlemaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  const back = <usize>number(state, 0) << 3;
  for (let from = passGaps(inputs, 1, outputs, 1, 0, end); from < end; from = passGaps(inputs, 1, outputs, 1, from, end)) {
    const bytes = wholeBytes(inputs, 1, from, end);
    const x = trailAppend(part(state, 1), input(inputs, 0) + from, bytes);
    for (let k: usize = 0; k < bytes; k += 16) {
      const value = v128.load(x + k);
      v128.store(scratch(0) + k, f64x2.add(value, f64x2.sub(value, v128.load(x + k - back))));
    }
    smoothRows(part(state, 0), scratch(0), output(outputs, 0) + from, bytes);
    from += bytes;
  }
}
