// Runs in the reader's browser: what is drawn on a chart, each in ink on the places of a scene. See browser.ts.
import type { Pen } from './browser.ts';
import type { Pyramid } from './browser-data.ts';

export interface Line {
  readonly values: Float64Array;
  readonly extremes: Pyramid;
}

export interface Bars {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly extremes: Pyramid;
}

export interface Fills {
  readonly rows: Float64Array;
  readonly prices: Float64Array;
  /** Signed, a sale below zero. */
  readonly quantities: Float64Array;
}

/** Rows from … to, fractions of one included: row k lies around k. */
export interface View {
  readonly from: number;
  readonly to: number;
}

/** Rows and values as places on a canvas. */
export interface Scene {
  readonly pen: Pen;
  readonly view: View;
  readonly right: number;
  readonly bottom: number;
  readonly x: (row: number) => number;
  readonly y: (value: number) => number;
}

export interface Shapes {
  /** A line, and below it a shade down to a value or the bottom when asked. */
  readonly line: (scene: Scene, line: Line, ink: string, thickness: number, base?: 'bottom' | number) => void;
  /** A dashed line at a value. */
  readonly mark: (scene: Scene, value: number) => void;
  readonly band: (scene: Scene, bars: Bars) => void;
  readonly candles: (scene: Scene, bars: Bars) => void;
  readonly fills: (scene: Scene, fills: Fills, from: number, to: number) => void;
}

/** `colour` answers a custom property of the page's style. */
export function shapes(colour: (name: string) => string): Shapes {
  const DOT_PX = 2.2;
  /** Of fills that are more than pixels: through them the price is seen. */
  const SPECK_PX = 1.2;
  /** Goes along a line, pixel by pixel where rows are denser than pixels: first, lowest, highest and last of each. With a floor, around what is between it and each stretch without a gap. */
  const trace = ({ pen, view, right, x, y }: Scene, { values, extremes }: Line, floor?: number): void => {
    const first = Math.max(Math.floor(view.from), 0);
    const last = Math.min(Math.ceil(view.to), values.length - 1);
    const stride = Math.max((view.to - view.from) / right, 1);
    let ended: number | null = null;
    const lift = (): void => {
      if (ended !== null && floor !== undefined) pen.lineTo(ended, floor);
      ended = null;
    };
    for (let at = first; at <= last; at += stride) {
      const row = Math.floor(at);
      const end = Math.min(stride === 1 ? row + 1 : Math.floor(at + stride), last + 1);
      const [low, high] = extremes.extent(row, end);
      if (low > high) {
        lift();
        continue;
      }
      const place = x(row);
      const points = stride === 1 ? [values[row]!] : [values[row]!, low, high, values[end - 1]!];
      for (const value of points) {
        if (Number.isNaN(value)) continue;
        if (ended === null) pen.moveTo(place, floor ?? y(value));
        if (ended !== null || floor !== undefined) pen.lineTo(place, y(value));
        ended = place;
      }
    }
    lift();
  };

  const line: Shapes['line'] = (scene, drawn, ink, thickness, base) => {
    const { pen } = scene;
    pen.strokeStyle = ink;
    pen.lineWidth = thickness;
    pen.beginPath();
    trace(scene, drawn);
    pen.stroke();
    if (base === undefined) return;
    pen.beginPath();
    trace(scene, drawn, base === 'bottom' ? scene.bottom : scene.y(base));
    pen.fillStyle = ink;
    pen.globalAlpha = 0.13;
    pen.fill();
    pen.globalAlpha = 1;
  };

  const mark = ({ pen, right, y }: Scene, value: number): void => {
    pen.strokeStyle = colour('--muted');
    pen.setLineDash([3, 4]);
    pen.beginPath();
    pen.moveTo(0, y(value));
    pen.lineTo(right, y(value));
    pen.stroke();
    pen.setLineDash([]);
  };

  /** What the price went through as a band, where bars are too narrow to be drawn one by one. */
  const band = ({ pen, view, right, x, y }: Scene, { extremes, close }: Bars): void => {
    const perRow = right / (view.to - view.from);
    const stride = Math.max(1 / perRow, 1);
    const last = Math.min(Math.ceil(view.to), close.length - 1);
    pen.strokeStyle = colour('--band');
    pen.lineWidth = Math.max(perRow, 1);
    pen.beginPath();
    for (let at = Math.max(Math.floor(view.from), 0); at <= last; at += stride) {
      const row = Math.floor(at);
      const [low, high] = extremes.extent(row, Math.max(Math.floor(at + stride), row + 1));
      if (low > high) continue;
      pen.moveTo(x(row), y(low));
      pen.lineTo(x(row), y(high));
    }
    pen.stroke();
  };

  const candles = ({ pen, view, right, x, y }: Scene, { open, high, low, close }: Bars): void => {
    const body = Math.max(Math.min((right / (view.to - view.from)) * 0.66, 14), 2);
    const last = Math.min(Math.ceil(view.to), close.length - 1);
    pen.lineWidth = 1;
    for (let row = Math.max(Math.floor(view.from), 0); row <= last; row++) {
      if (Number.isNaN(close[row])) continue;
      const ink = colour(close[row]! >= open[row]! ? '--up' : '--down');
      pen.strokeStyle = ink;
      pen.fillStyle = ink;
      pen.beginPath();
      pen.moveTo(x(row), y(low[row]!));
      pen.lineTo(x(row), y(high[row]!));
      pen.stroke();
      const [top, bottom] = [y(Math.max(open[row]!, close[row]!)), y(Math.min(open[row]!, close[row]!))];
      pen.fillRect(x(row) - body / 2, top, body, Math.max(bottom - top, 1));
    }
  };

  /** Fills from … to − 1: arrows while there is room for them, dots when there is not, and specks when there is none for dots either. */
  const fills = ({ pen, right, x, y }: Scene, { rows, prices, quantities }: Fills, from: number, to: number): void => {
    const isDense = to - from > right / 6;
    const isCrowded = to - from > right;
    const radius = isCrowded ? SPECK_PX : DOT_PX;
    pen.globalAlpha = isCrowded ? 0.6 : 1;
    for (const side of [1, -1]) {
      pen.fillStyle = colour(side > 0 ? '--good' : '--bad');
      pen.strokeStyle = colour('--card');
      pen.lineWidth = 1.5;
      pen.beginPath();
      let [before, level] = [-9, -9];
      for (let k = from; k < to; k++) {
        if (Math.sign(quantities[k]!) !== side) continue;
        const [place, price] = [x(rows[k]!), y(prices[k]!)];
        if (!isDense) {
          pen.moveTo(place, price);
          pen.lineTo(place - 5.5, price + side * 10);
          pen.lineTo(place + 5.5, price + side * 10);
          pen.lineTo(place, price);
        } else if (Math.abs(place - before) + Math.abs(price - level) > 1) {
          pen.moveTo(place + radius, price);
          pen.arc(place, price, radius, 0, 7);
          [before, level] = [place, price];
        }
      }
      if (!isCrowded) pen.stroke();
      pen.fill();
    }
    pen.globalAlpha = 1;
  };
  return { line, mark, band, candles, fills };
}
