// Formulas of turns, levels and comparisons with the rows before.
import { type Column, each, mean, over } from './columns.ts';
import type { Formula } from './formulas.ts';
import type { Bars } from './series.ts';

/** Rows whose value stands out, `side` rows later; and the last such value, or the best so far. `better` is strict. */
function turns(x: Column, side: number, better: (a: number, b: number) => boolean): [number[], number[]] {
  let [last, found] = [x[0]!, false];
  const rows = x.map((value, row) => {
    const [middle, from] = [row - side, row - 2 * side];
    const later = x.slice(middle + 1, row + 1);
    const isTurn = from >= 0 && later.every((other) => better(x[middle]!, other)) && x.slice(from, middle).every((other) => !better(other, x[middle]!));
    if (isTurn) [last, found] = [x[middle]!, true];
    else if (!found && better(value, last)) last = value;
    return from < 0 ? [NaN, NaN] as const : [isTurn ? 1 : 0, last] as const;
  });
  return [rows.map(([flag]) => flag), rows.map(([, price]) => price)];
}

type Levels = Readonly<{ pivot: number; above: readonly number[]; below: readonly number[] }>;

/** By method, in the catalogue's order, the levels of a bar as the help of TradingView lists them. */
const METHODS: readonly ((open: number, high: number, low: number, close: number) => Levels)[] = [
  (_, high, low, close) => {
    const pivot = (high + low + close) / 3;
    return {
      pivot,
      above: [pivot * 2 - low, pivot + (high - low), pivot + 2 * (high - low), pivot + 3 * (high - low)],
      below: [pivot * 2 - high, pivot - (high - low), pivot - 2 * (high - low), pivot - 3 * (high - low)],
    };
  },
  (_, high, low, close) => {
    const pivot = (high + low + close) / 3;
    const parts = [0.382, 0.618, 1];
    return { pivot, above: parts.map((part) => pivot + part * (high - low)), below: parts.map((part) => pivot - part * (high - low)) };
  },
  (_, high, low, close) => {
    const pivot = (high + low + 2 * close) / 4;
    const [r3, s3] = [high + 2 * (pivot - low), low - 2 * (high - pivot)];
    return { pivot, above: [2 * pivot - low, pivot + high - low, r3, r3 + high - low], below: [2 * pivot - high, pivot - (high - low), s3, s3 - (high - low)] };
  },
  (_, high, low, close) => {
    const parts = [12, 6, 4, 2].map((part) => (1.1 * (high - low)) / part);
    return { pivot: (high + low + close) / 3, above: parts.map((part) => close + part), below: parts.map((part) => close - part) };
  },
  (open, high, low, close) => {
    const x = close > open ? 2 * high + low + close : close < open ? 2 * low + high + close : high + low + 2 * close;
    return { pivot: x / 4, above: [x / 2 - low], below: [x / 2 - high] };
  },
];

export const levels: Readonly<Record<string, Formula>> = {
  fractal: ({ high, low }, { side }) => {
    const [up, top] = turns([...high], side!, (a, b) => a > b);
    const [down, bottom] = turns([...low], side!, (a, b) => a < b);
    return [up, down, top, bottom];
  },
  zigzag: ({ high, low }, { deviation }) => {
    let [turn, direction, extreme] = [low[0]!, 1, high[0]!];
    const rows = [...high].map((top, row) => {
      const bottom = low[row]!;
      if (direction > 0 ? top > extreme : bottom < extreme) extreme = direction > 0 ? top : bottom;
      else if (direction > 0 ? bottom <= extreme * (1 - deviation! / 100) : top >= extreme * (1 + deviation! / 100)) {
        [turn, extreme] = [extreme, direction > 0 ? bottom : top];
        direction = -direction;
      }
      return [turn, direction, extreme] as const;
    });
    return [0, 1, 2].map((column) => rows.map((row) => row[column]!));
  },
  pivots: ({ open, high, low, close }: Bars, { method }) => {
    const rows = [...open].map((value, row) => METHODS[method ?? 0]!(value, high[row]!, low[row]!, close[row]!));
    const column = (side: 'above' | 'below', level: number) => rows.map((row) => row[side][level] ?? NaN);
    return [rows.map(({ pivot }) => pivot), ...[0, 1, 2, 3].map((level) => column('above', level)), ...[0, 1, 2, 3].map((level) => column('below', level))];
  },
  rvol: ({ volume }, { period }) => {
    const usual = [NaN, ...over([...volume], period!, mean)];
    return [[...volume].map((value, row) => (usual[row] === 0 ? 0 : value / usual[row]!))];
  },
  swma: ({ close }) => [over([...close], 4, ([a, b, c, d]) => a! / 6 + b! / 3 + c! / 3 + d! / 6)],
  qstick: ({ open, close }, { period }) => [over(each((a, b) => a - b, [...close], [...open]), period!, mean)],
  bias: (bars, { period }) => [over([...bars.close], period!, (w) => w.at(-1)! / mean(w) - 1)],
};
