// Runs in the reader's browser: one chart on a canvas, for one stretch of rows. See browser.ts.
import type { Browser, PageElement, Pen } from './browser.ts';
import type { Pyramid } from './browser-data.ts';
import type { Words } from './browser-ticks.ts';

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

export interface Panel {
  readonly id: string;
  readonly canvas: PageElement;
  readonly output: PageElement;
  /** A custom property of the page's style. */
  readonly colour: string;
  readonly line?: Line;
  /** Drawn thin behind the line. */
  readonly other?: Line;
  readonly bars?: Bars;
  readonly fills?: Fills;
  /** Where the shade under the line ends; none without it. */
  readonly base?: 'bottom' | number;
  /** A dashed line at a value. */
  readonly mark?: number;
  /** What the value axis always reaches to. */
  readonly reach?: readonly number[];
  readonly tick: (value: number, step: number) => string;
  /** What is said of a row. */
  readonly say: (row: number) => string;
}

/** Rows from … to, fractions of one included: row k lies around k. */
export interface View {
  readonly from: number;
  readonly to: number;
}

/** What the pointer is doing: the row it is at, and a stretch of pixels being chosen. */
export interface Hand {
  readonly row: number | null;
  readonly chosen: readonly [from: number, to: number] | null;
}

export interface Painter {
  readonly right: number;
  readonly paint: (panel: Panel, view: View, hand: Hand) => void;
  /** The whole run as a strip, with the view as a window in it. */
  readonly overview: (canvas: PageElement, line: Line, view: View, whole: View) => void;
}

/** `t` holds the times of the rows. */
export function painter(browser: Browser, t: Float64Array, words: Words): Painter {
  const RIGHT = 74; // labels of the value axis
  const TOP = 10;
  const BOTTOM = 24;
  const CANDLE_PX = 4; // a bar this wide shows its body
  const DOT_PX = 2.2;
  const FONT = '12px system-ui, sans-serif';
  const colour = (name: string): string => browser.getComputedStyle(browser.document.documentElement).getPropertyValue(name).trim();

  const penOf = (canvas: PageElement): { pen: Pen; width: number; height: number } => {
    const ratio = browser.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide) canvas.width = wide;
    if (canvas.height !== high) canvas.height = high;
    const pen = canvas.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = FONT;
    pen.textBaseline = 'middle';
    pen.lineJoin = 'round';
    return { pen, width, height };
  };

  /** Goes along a line, pixel by pixel where rows are denser than pixels: first, lowest, highest and last of each. Answers where it began and ended. */
  const trace = (pen: Pen, { values, extremes }: Line, view: View, width: number, x: (row: number) => number, y: (value: number) => number): [number, number] | null => {
    const first = Math.max(Math.floor(view.from), 0);
    const last = Math.min(Math.ceil(view.to), values.length - 1);
    const stride = Math.max((view.to - view.from) / width, 1);
    let began: number | null = null;
    let ended = 0;
    let isDown = false;
    for (let at = first; at <= last; at += stride) {
      const row = Math.floor(at);
      const end = Math.min(stride === 1 ? row + 1 : Math.floor(at + stride), last + 1);
      const [low, high] = extremes.extent(row, end);
      if (low > high) {
        isDown = false;
        continue;
      }
      const place = x(row);
      const points = stride === 1 ? [values[row]!] : [values[row]!, low, high, values[end - 1]!];
      for (const value of points) {
        if (value !== value) continue;
        if (isDown) pen.lineTo(place, y(value));
        else pen.moveTo(place, y(value));
        isDown = true;
      }
      began ??= place;
      ended = place;
    }
    return began === null ? null : [began, ended];
  };

  const paintBars = (pen: Pen, bars: Bars, view: View, width: number, x: (row: number) => number, y: (value: number) => number): void => {
    const first = Math.max(Math.floor(view.from), 0);
    const last = Math.min(Math.ceil(view.to), bars.close.length - 1);
    const perRow = width / (view.to - view.from);
    if (perRow < CANDLE_PX) {
      // What the price went through as a band, the close on it.
      pen.strokeStyle = colour('--band');
      pen.lineWidth = Math.max(perRow, 1);
      pen.beginPath();
      const stride = Math.max(1 / perRow, 1);
      for (let at = first; at <= last; at += stride) {
        const [low, high] = bars.extremes.extent(Math.floor(at), Math.max(Math.floor(at + stride), Math.floor(at) + 1));
        if (low > high) continue;
        pen.moveTo(x(Math.floor(at)), y(low));
        pen.lineTo(x(Math.floor(at)), y(high));
      }
      pen.stroke();
      return;
    }
    const body = Math.max(Math.min(perRow * 0.66, 14), 2);
    for (let row = first; row <= last; row++) {
      const [open, high, low, close] = [bars.open[row]!, bars.high[row]!, bars.low[row]!, bars.close[row]!];
      if (close !== close) continue;
      const place = x(row);
      const ink = colour(close >= open ? '--up' : '--down');
      pen.strokeStyle = ink;
      pen.fillStyle = ink;
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(place, y(low));
      pen.lineTo(place, y(high));
      pen.stroke();
      const top = y(Math.max(open, close));
      pen.fillRect(place - body / 2, top, body, Math.max(y(Math.min(open, close)) - top, 1));
    }
  };

  /** Arrows while there is room for them, dots when there is not. */
  const paintFills = (pen: Pen, { rows, prices, quantities }: Fills, from: number, to: number, width: number, x: (row: number) => number, y: (value: number) => number): void => {
    const isDense = to - from > width / 6;
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
          pen.moveTo(place + DOT_PX, price);
          pen.arc(place, price, DOT_PX, 0, 7);
          [before, level] = [place, price];
        }
      }
      if (to - from < width) pen.stroke();
      pen.fill();
    }
  };

  const firstFrom = (rows: Float64Array, row: number): number => {
    const found = rows.findIndex((each) => each >= row);
    return found < 0 ? rows.length : found;
  };

  const paint = (panel: Panel, view: View, hand: Hand): void => {
    const { line, other, bars, fills, base, mark, reach = [] } = panel;
    const { pen, width, height } = penOf(panel.canvas);
    const right = width - RIGHT;
    const bottom = height - BOTTOM;
    const [from, to] = [Math.floor(view.from), Math.ceil(view.to) + 1];
    const [begin, end] = fills ? [firstFrom(fills.rows, view.from), firstFrom(fills.rows, view.to)] : [0, 0];
    let low = Math.min(...reach);
    let high = Math.max(...reach);
    for (const part of [line, other, bars]) {
      const [least, most] = part?.extremes.extent(from, to) ?? [low, high];
      low = Math.min(low, least);
      high = Math.max(high, most);
    }
    for (let k = begin; k < end; k++) {
      low = Math.min(low, fills!.prices[k]!);
      high = Math.max(high, fills!.prices[k]!);
    }
    if (low > high) [low, high] = [0, 1];
    const room = (high - low) * 0.07 || Math.abs(high) * 0.01 || 0.01;
    if (!reach.includes(low)) low -= room;
    if (!reach.includes(high)) high += room;
    if (low === high) high += room;
    const x = (row: number): number => ((row - view.from) / (view.to - view.from)) * right;
    const y = (value: number): number => TOP + ((high - value) / (high - low)) * (bottom - TOP);

    pen.lineWidth = 1;
    pen.strokeStyle = colour('--grid');
    pen.fillStyle = colour('--muted');
    pen.textAlign = 'left';
    pen.beginPath();
    const { step, ticks } = words.valueTicks(low, high, Math.max(2, height / 60));
    for (const tick of ticks) {
      const at = Math.round(y(tick)) + 0.5;
      pen.moveTo(0, at);
      pen.lineTo(right, at);
      pen.fillText(panel.tick(tick, step), right + 8, at);
    }
    pen.textAlign = 'center';
    let free = 0;
    for (const [row, name] of words.timeTicks(t, view.from, view.to, Math.max(4, width / 95))) {
      const at = Math.round(x(row)) + 0.5;
      pen.moveTo(at, TOP);
      pen.lineTo(at, bottom);
      const half = 4 + name.length * 3.4;
      if (at - half < free || at + half > right) continue;
      pen.fillText(name, at, height - 9);
      free = at + half;
    }
    pen.stroke();

    pen.save();
    pen.beginPath();
    pen.rect(0, 0, right, bottom);
    pen.clip();
    if (mark !== undefined) {
      pen.strokeStyle = colour('--muted');
      pen.setLineDash([3, 4]);
      pen.beginPath();
      pen.moveTo(0, y(mark));
      pen.lineTo(right, y(mark));
      pen.stroke();
      pen.setLineDash([]);
    }
    if (other) {
      pen.strokeStyle = colour('--muted');
      pen.lineWidth = 1;
      pen.beginPath();
      trace(pen, other, view, right, x, y);
      pen.stroke();
    }
    const isCandles = bars !== undefined && right / (view.to - view.from) >= CANDLE_PX;
    if (bars) paintBars(pen, bars, view, right, x, y);
    if (line && !isCandles) {
      const ink = colour(panel.colour);
      pen.strokeStyle = ink;
      pen.lineWidth = 1.5;
      pen.beginPath();
      const ends = trace(pen, line, view, right, x, y);
      pen.stroke();
      if (ends && base !== undefined) {
        const floor = base === 'bottom' ? bottom : y(base);
        pen.lineTo(ends[1], floor);
        pen.lineTo(ends[0], floor);
        pen.fillStyle = ink;
        pen.globalAlpha = 0.13;
        pen.fill();
        pen.globalAlpha = 1;
      }
    }
    if (fills) paintFills(pen, fills, begin, end, right, x, y);
    if (hand.chosen) {
      pen.fillStyle = colour('--accent');
      pen.globalAlpha = 0.15;
      pen.fillRect(Math.min(...hand.chosen), 0, Math.abs(hand.chosen[1] - hand.chosen[0]), bottom);
      pen.globalAlpha = 1;
    }
    const shown = hand.row ?? Math.min(Math.floor(view.to), t.length - 1);
    if (hand.row !== null) {
      const at = Math.round(x(hand.row)) + 0.5;
      pen.strokeStyle = colour('--muted');
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(at, TOP);
      pen.lineTo(at, bottom);
      pen.stroke();
      const value = line?.values[hand.row] ?? Number.NaN;
      if (value === value) {
        pen.fillStyle = colour(panel.colour);
        pen.beginPath();
        pen.arc(at, y(value), 3.5, 0, 7);
        pen.fill();
      }
    }
    pen.restore();
    panel.output.textContent = (hand.row === null ? '' : `${words.moment(t[shown]!)} · `) + panel.say(shown);
  };

  const overview = (canvas: PageElement, line: Line, view: View, whole: View): void => {
    const { pen, width, height } = penOf(canvas);
    const right = width - RIGHT;
    const [low, high] = line.extremes.extent(0, t.length);
    const x = (row: number): number => ((row - whole.from) / (whole.to - whole.from)) * right;
    const y = (value: number): number => 4 + ((high - value) / (high - low || 1)) * (height - 8);
    pen.strokeStyle = colour('--muted');
    pen.lineWidth = 1;
    pen.beginPath();
    trace(pen, line, whole, right, x, y);
    pen.stroke();
    pen.fillStyle = colour('--accent');
    pen.globalAlpha = 0.14;
    pen.fillRect(x(view.from), 0, Math.max(x(view.to) - x(view.from), 2), height);
    pen.globalAlpha = 1;
    pen.strokeStyle = colour('--accent');
    pen.strokeRect(x(view.from) + 0.5, 0.5, Math.max(x(view.to) - x(view.from), 2) - 1, height - 1);
  };
  return { right: RIGHT, paint, overview };
}
