// Each example trades what its first line says: its positions are compared with the rule, worked out from the formulas in plain JavaScript.
import { describe, expect, test } from 'vitest';
import { backtest } from '#sdk/backtest.ts';
import type { Strategy } from '#sdk/mod.ts';
import { type Column, deviation, ema, highest, lowest, mean, over, rma, typical } from '../kernels/columns.ts';
import { FORMULAS } from '../kernels/formulas.ts';
import { columnsOf, outputsOf, walk } from '../kernels/series.ts';
import coppockTurn from '../../examples/coppock-turn.ts';
import cycleTurns from '../../examples/cycle-turns.ts';
import drift from '../../examples/drift.ts';
import engulfing from '../../examples/engulfing.ts';
import fittedLine from '../../examples/fitted-line.ts';
import lowestTenth from '../../examples/lowest-tenth.ts';
import newHighs from '../../examples/new-highs.ts';
import snapBack from '../../examples/snap-back.ts';
import stopAndTurn from '../../examples/stop-and-turn.ts';
import turningMomentum from '../../examples/turning-momentum.ts';
import underTheEnvelope from '../../examples/under-the-envelope.ts';
import volumeLeads from '../../examples/volume-leads.ts';

const ROWS = 3_000;
const bars = walk(ROWS, 111);
const close = [...bars.close];
const QUANTITY = 10;

/** Held from a row where `on`, until a row where `off`; nothing is known, and nothing changes, while either is NaN. */
function held(on: readonly (boolean | undefined)[], off: readonly (boolean | undefined)[]): number[] {
  let side = 0;
  return on.map((enters, row) => (side = enters === undefined || off[row] === undefined || enters === off[row] ? side : Number(enters)));
}

const known = (x: Column, is: (value: number) => boolean) => x.map((value) => (Number.isNaN(value) ? undefined : is(value)));

function rsi(x: Column, period: number): number[] {
  const change = x.map((value, row) => value - x[row - 1]!);
  const [gains, losses] = [rma(change.map((c) => Math.max(c, 0)), period), rma(change.map((c) => Math.max(-c, 0)), period)];
  return gains.map((gain, row) => (100 * gain) / (gain + losses[row]!));
}

/** TA-Lib's: both averages are seeded on the row the longer is ready. */
function macdLine(x: Column): number[] {
  const [fast, slow] = [ema(x.map((value, row) => (row < 14 ? NaN : value)), 12), ema(x, 26)];
  return fast.map((value, row) => value - slow[row]!);
}

const RULES: readonly (readonly [Strategy, () => number[]])[] = [
  [snapBack, () => {
    const [score] = FORMULAS.zscore!(bars, { period: 20 });
    return held(known(score!, (z) => z < -2), known(score!, (z) => z > 0));
  }],
  [turningMomentum, () => {
    const line = macdLine(close);
    const signal = ema(line, 9);
    const strength = rsi(close, 14);
    return line.map((value, row) => Number(value > signal[row]! && strength[row]! < 75));
  }],
  [engulfing, () => {
    const { open } = bars;
    const [top, bottom] = [close.map((value, row) => Math.max(value, open[row]!)), close.map((value, row) => Math.min(value, open[row]!))];
    const isWhite = (row: number) => close[row]! >= open[row]!;
    const turns = (row: number, rises: boolean) => row >= 2 && isWhite(row) === rises && isWhite(row - 1) !== rises;
    const reachesOver = (row: number) => top[row]! >= top[row - 1]! && bottom[row]! <= bottom[row - 1]! && !(top[row] === top[row - 1] && bottom[row] === bottom[row - 1]);
    return held(close.map((_, row) => turns(row, true) && reachesOver(row)), close.map((_, row) => turns(row, false) && reachesOver(row)));
  }],
  [newHighs, () => {
    const [top, bottom] = [highest(close, 55), lowest(close, 20)];
    return held(top.map((value, row) => (Number.isNaN(value) ? undefined : close[row]! >= value)), bottom.map((value, row) => (Number.isNaN(value) ? undefined : close[row]! <= value)));
  }],
  [volumeLeads, () => {
    let total = bars.volume[0]!;
    const pressure = close.map((value, row) => (total += row === 0 ? 0 : Math.sign(value - close[row - 1]!) * bars.volume[row]!));
    const average = ema(pressure, 30);
    return pressure.map((value, row) => Number(value > average[row]!));
  }],
  [underTheEnvelope, () => {
    let height = close[0]!;
    const envelope = close.map((value) => (height = Math.max(value, height - 0.02 * (height - value))));
    return held(close.map((value, row) => value >= envelope[row]!), close.map((value, row) => value < envelope[row]! * 0.95));
  }],
  [fittedLine, () => {
    const [slope] = FORMULAS.linearregslope!(bars, { period: 40 });
    const [fit] = FORMULAS.r2!(bars, { period: 40 });
    return slope!.map((value, row) => Number(value > 0 && fit![row]! > 0.5));
  }],
  [lowestTenth, () => {
    const [low] = FORMULAS.quantile!(bars, { period: 60, q: 0.1 });
    const [middle] = FORMULAS.median!(bars, { period: 60 });
    const compared = (line: Column, is: (price: number, at: number) => boolean) => line.map((value, row) => (Number.isNaN(value) ? undefined : is(close[row]!, value)));
    return held(compared(low!, (price, at) => price < at), compared(middle!, (price, at) => price > at));
  }],
  [coppockTurn, () => {
    const [curve] = FORMULAS.coppock!(bars, { long: 14, short: 11, period: 10 });
    const change = curve!.map((value, row) => value - (curve![row - 1] ?? NaN));
    return held(known(change, (c) => c > 0).map((up, row) => up && curve![row]! < 0), known(change, (c) => c < 0).map((down, row) => down && curve![row]! > 0));
  }],
  // The waves are TA-Lib's, with which the kernels are compared; this is what is made of them.
  [cycleTurns, () => {
    const [sine, leadsine] = outputsOf('htsine', {}, bars);
    const [trend] = outputsOf('httrendmode', {}, bars);
    return [...sine!].map((value, row) => Number(leadsine![row]! > value && trend![row] === 0));
  }],
  [drift, () => {
    const height = typical(bars).map(Math.log);
    const change = height.map((value, row) => value - (height[row - 1] ?? NaN));
    const [drifts, spread] = [over(change, 100, mean), over(change, 100, deviation)];
    return drifts.map((value, row) => Number(value > spread[row]! / 10));
  }],
  [stopAndTurn, () => FORMULAS.supertrend!(bars, { period: 10, mult: 3 })[1]!.map((side, row) => (row < 10 ? 0 : side))],
];

describe.each(RULES.map(([strategy, rule]) => [strategy.name, strategy, rule] as const))('%s', (_, strategy, rule) => {
  test('holds from the next bar on what its rule says at a close', async () => {
    const { run, trades } = await backtest(strategy, { start: 0, end: 4e15, data: columnsOf(bars) });
    const wanted = rule();
    for (let row = 0; row + 1 < ROWS; row++) {
      if (run.position[row + 1] !== QUANTITY * wanted[row]!) expect.fail(`row ${row + 1}: holds ${run.position[row + 1]}, and the rule says ${QUANTITY * wanted[row]!}`);
    }
    expect(trades.length, 'the series must make it trade for this to show anything').toBeGreaterThan(20);
  });
});
