// MESA adaptive moving average: the faster, the less the phase of the price's cycle turns; and the following average, half as fast.
//   own: 0 mama │ 8 fama │ 16 phase before │ 24 fast limit │ 32 slow limit │ 40 cycle
import { DEGREES, HILBERT_BYTES, hilbertInit, hilbertRows, hilbertStep, inPhase, quadrature } from '../engine/hilbert';
import { atanOf, holdAtan } from '../engine/math';
import { passGaps, wholeBytes } from '../engine/tile';
import { input, output } from '../operand';
import { OWN } from '../state';
import { canonical, first } from '../value';

const FAMA: usize = OWN + 8;
const PHASE: usize = OWN + 16;
const FAST: usize = OWN + 24;
const SLOW: usize = OWN + 32;
const CYCLE: usize = OWN + 40;

const SMOOTHED_ROWS: f64 = 12; // rows before the first that the filters see, as in TA-Lib
const LOOKBACK: f64 = 32;

export function mamaBytes(): usize {
  return CYCLE + HILBERT_BYTES;
}

export function mamaInit(state: usize, params: usize): void {
  memory.fill(state + OWN, 0, CYCLE - OWN);
  store<f64>(state, load<f64>(params), FAST);
  store<f64>(state, load<f64>(params, 8), SLOW);
  hilbertInit(state + CYCLE, SMOOTHED_ROWS);
}

export function mamaRun(state: usize, inputs: usize, outputs: usize, n: i32): void {
  const end = <usize>n << 3;
  holdAtan();
  for (let from = passGaps(inputs, 1, outputs, 2, 0, end); from < end; from = passGaps(inputs, 1, outputs, 2, from, end)) {
    const until = from + wholeBytes(inputs, 1, from, end);
    const x = input(inputs, 0);
    const mama = output(outputs, 0);
    const fama = output(outputs, 1);
    for (; from < until; from += 8) {
      const price = load<f64>(x + from);
      if (hilbertStep(state + CYCLE, price)) follow(state, price);
      const ready = hilbertRows(state + CYCLE) > LOOKBACK;
      store<f64>(mama + from, ready ? canonical(load<f64>(state, OWN)) : NaN);
      store<f64>(fama + from, ready ? canonical(load<f64>(state, FAMA)) : NaN);
    }
  }
}

/** Both averages start from 0, as in TA-Lib. */
function follow(state: usize, price: f64): void {
  const i = inPhase(state + CYCLE);
  const phase = i != 0 ? atanOf(quadrature(state + CYCLE), i) * DEGREES : 0;
  const fast = v128.load_splat<f64>(state, FAST);
  const one = f64x2.splat(1);
  const turn = f64x2.pmax(one, f64x2.splat(load<f64>(state, PHASE) - phase)); // pairs: between single values a choice is a branch
  const slower = f64x2.pmax(v128.load_splat<f64>(state, SLOW), f64x2.div(fast, turn));
  const share = first(v128.bitselect(slower, fast, f64x2.gt(turn, one)));
  const mama = share * price + (1 - share) * load<f64>(state, OWN);
  const half = share * 0.5;
  store<f64>(state, mama, OWN);
  store<f64>(state, half * mama + (1 - half) * load<f64>(state, FAMA), FAMA);
  store<f64>(state, phase, PHASE);
}
