// The straight line through a window, by least squares: its slope, also as an angle, and the line at the first row of the window, at the last, or one
// row on.
import { atan, holdAtan } from '../engine/arc';
import { lineBytes, lineInit, lineRows, wantEnd, wantNext, wantSlope, wantStart } from '../engine/line';
import { input, output } from '../operand';
import { blemish, held, settle } from '../value';

export const LINEARREG: i32 = 69;
export const SLOPE: i32 = 70;
export const INTERCEPT: i32 = 71;
export const ANGLE: i32 = 72;
export const TSF: i32 = 73;

const DEGREES: f64 = 57.29577951308232; // 180 / π

export function linearregBytes(params: usize): usize {
  return lineBytes(<i32>load<f64>(params));
}

export function linearregInit(op: i32, state: usize, params: usize): void {
  const period = load<f64>(params);
  lineInit(state, period);
  switch (op) {
    case LINEARREG: return wantEnd(state, period);
    case INTERCEPT: return wantStart(state, period);
    case TSF: return wantNext(state, period);
    default: return wantSlope(state, period);
  }
}

export function linearregRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  const out = output(outputs, 0);
  const bytes = <usize>n << 3;
  lineRows(state, input(inputs, 0), out, bytes);
  if (op == ANGLE) angles(out, bytes);
}

function angles(out: usize, bytes: usize): void {
  const degrees = held(DEGREES);
  let blemishes = f64x2.splat(0);
  holdAtan();
  for (let k: usize = 0; k < bytes; k += 16) {
    const angle = f64x2.mul(degrees, atan(v128.load(out + k)));
    v128.store(out + k, angle);
    blemishes = blemish(blemishes, angle);
  }
  settle(out, out + bytes, blemishes);
}
