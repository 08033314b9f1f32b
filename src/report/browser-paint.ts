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

/** Rows and values as places on a canvas. */
interface Scene {
  readonly pen: Pen;
  readonly view: View;
  readonly right: number;
  readonly bottom: number;
  readonly x: (row: number) => number;
  readonly y: (value: number) => number;
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

  const sceneOf = (pen: Pen, view: View, low: number, high: number, right: number, top: number, bottom: number): Scene => ({
    pen,
    view,
    right,
    bottom,
    x: (row) => ((row - view.from) / (view.to - view.from)) * right,
    y: (value) => top + ((high - value) / (high - low || 1)) * (bottom - top),
  });

  /** Goes along a line, pixel by pixel where rows are denser than pixels: first, lowest, highest and last of each. Answers where it began and ended. */
  const trace = ({ pen, view, right, x, y }: Scene, { values, extremes }: Line): [number, number] | null => {
    const first = Math.max(Math.floor(view.from), 0);
    const last = Math.min(Math.ceil(view.to), values.length - 1);
    const stride = Math.max((view.to - view.from) / right, 1);
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
        if (Number.isNaN(value)) continue;
        if (isDown) pen.lineTo(place, y(value));
        else pen.moveTo(place, y(value));
        isDown = true;
      }
      began ??= place;
      ended = place;
    }
    return began === null ? null : [began, ended];
  };

  /** What the price went through as a band, where bars are too narrow to be drawn one by one. */
  const paintBand = ({ pen, view, right, x, y }: Scene, { extremes, close }: Bars): void => {
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

  const paintCandles = ({ pen, view, right, x, y }: Scene, { open, high, low, close }: Bars): void => {
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

  /** Fills from … to − 1: arrows while there is room for them, dots when there is not. */
  const paintFills = ({ pen, right, x, y }: Scene, { rows, prices, quantities }: Fills, from: number, to: number): void => {
    const isDense = to - from > right / 6;
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
      if (to - from < right) pen.stroke();
      pen.fill();
    }
  };

  const firstFrom = (rows: Float64Array, row: number): number => {
    const found = rows.findIndex((each) => each >= row);
    return found < 0 ? rows.length : found;
  };

  /** Lowest and highest value to show, with some room beyond, but none beyond what the axis reaches to. */
  const rangeOf = ({ line, other, bars, fills, reach = [] }: Panel, view: View, begin: number, end: number): [low: number, high: number] => {
    let low = Math.min(...reach);
    let high = Math.max(...reach);
    for (const part of [line, other, bars]) {
      const [least, most] = part?.extremes.extent(Math.floor(view.from), Math.ceil(view.to) + 1) ?? [low, high];
      low = Math.min(low, least);
      high = Math.max(high, most);
    }
    for (let k = begin; k < end; k++) {
      low = Math.min(low, fills!.prices[k]!);
      high = Math.max(high, fills!.prices[k]!);
    }
    if (low > high) return [0, 1];
    const room = (high - low) * 0.07 || Math.abs(high) * 0.01 || 0.01;
    const top = reach.includes(high) && low < high ? high : high + room;
    return [reach.includes(low) ? low : low - room, top];
  };

  const paintGrid = ({ pen, view, right, bottom, x, y }: Scene, [low, high]: [number, number], tickOf: Panel['tick'], width: number): void => {
    pen.lineWidth = 1;
    pen.strokeStyle = colour('--grid');
    pen.fillStyle = colour('--muted');
    pen.textAlign = 'left';
    pen.beginPath();
    const { step, ticks } = words.valueTicks(low, high, Math.max(2, (bottom + BOTTOM) / 60));
    for (const tick of ticks) {
      const at = Math.round(y(tick)) + 0.5;
      pen.moveTo(0, at);
      pen.lineTo(right, at);
      pen.fillText(tickOf(tick, step), right + 8, at);
    }
    pen.textAlign = 'center';
    let free = 0;
    for (const [row, name] of words.timeTicks(t, view.from, view.to, Math.max(4, width / 95))) {
      const at = Math.round(x(row)) + 0.5;
      pen.moveTo(at, TOP);
      pen.lineTo(at, bottom);
      const half = 4 + name.length * 3.4;
      if (at - half < free || at + half > right) continue;
      pen.fillText(name, at, bottom + BOTTOM - 9);
      free = at + half;
    }
    pen.stroke();
  };

  const paintMark = ({ pen, right, y }: Scene, value: number): void => {
    pen.strokeStyle = colour('--muted');
    pen.setLineDash([3, 4]);
    pen.beginPath();
    pen.moveTo(0, y(value));
    pen.lineTo(right, y(value));
    pen.stroke();
    pen.setLineDash([]);
  };

  const paintLine = (scene: Scene, line: Line, ink: string, thickness: number, base?: Panel['base']): void => {
    const { pen } = scene;
    pen.strokeStyle = ink;
    pen.lineWidth = thickness;
    pen.beginPath();
    const ends = trace(scene, line);
    pen.stroke();
    if (!ends || base === undefined) return;
    const floor = base === 'bottom' ? scene.bottom : scene.y(base);
    pen.lineTo(ends[1], floor);
    pen.lineTo(ends[0], floor);
    pen.fillStyle = ink;
    pen.globalAlpha = 0.13;
    pen.fill();
    pen.globalAlpha = 1;
  };

  const paintHand = ({ pen, bottom, x, y }: Scene, { row, chosen }: Hand, line: Line | undefined, ink: string): void => {
    if (chosen) {
      pen.fillStyle = colour('--accent');
      pen.globalAlpha = 0.15;
      pen.fillRect(Math.min(...chosen), 0, Math.abs(chosen[1] - chosen[0]), bottom);
      pen.globalAlpha = 1;
    }
    if (row === null) return;
    const at = Math.round(x(row)) + 0.5;
    pen.strokeStyle = colour('--muted');
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(at, TOP);
    pen.lineTo(at, bottom);
    pen.stroke();
    const value = line?.values[row] ?? Number.NaN;
    if (Number.isNaN(value)) return;
    pen.fillStyle = ink;
    pen.beginPath();
    pen.arc(at, y(value), 3.5, 0, 7);
    pen.fill();
  };

  const paint = (panel: Panel, view: View, hand: Hand): void => {
    const { line, other, bars, fills, base, mark, output } = panel;
    const { pen, width, height } = penOf(panel.canvas);
    const [begin, end] = fills ? [firstFrom(fills.rows, view.from), firstFrom(fills.rows, view.to)] : [0, 0];
    const range = rangeOf(panel, view, begin, end);
    const scene = sceneOf(pen, view, ...range, width - RIGHT, TOP, height - BOTTOM);
    const ink = colour(panel.colour);
    const isCandles = bars !== undefined && scene.right / (view.to - view.from) >= CANDLE_PX;
    paintGrid(scene, range, panel.tick, width);
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, scene.right, scene.bottom);
    pen.clip();
    if (mark !== undefined) paintMark(scene, mark);
    if (other) paintLine(scene, other, colour('--muted'), 1);
    if (bars) (isCandles ? paintCandles : paintBand)(scene, bars);
    if (line && !isCandles) paintLine(scene, line, ink, 1.5, base);
    if (fills) paintFills(scene, fills, begin, end);
    paintHand(scene, hand, line, ink);
    pen.restore();
    const shown = hand.row ?? Math.min(Math.floor(view.to), t.length - 1);
    output.textContent = (hand.row === null ? '' : `${words.moment(t[shown]!)} · `) + panel.say(shown);
  };

  const overview = (canvas: PageElement, line: Line, view: View, whole: View): void => {
    const { pen, width, height } = penOf(canvas);
    const scene = sceneOf(pen, whole, ...line.extremes.extent(0, t.length), width - RIGHT, 4, height - 4);
    paintLine(scene, line, colour('--muted'), 1);
    const [left, wide] = [scene.x(view.from), Math.max(scene.x(view.to) - scene.x(view.from), 2)];
    pen.fillStyle = colour('--accent');
    pen.globalAlpha = 0.14;
    pen.fillRect(left, 0, wide, height);
    pen.globalAlpha = 1;
    pen.strokeStyle = colour('--accent');
    pen.strokeRect(left + 0.5, 0.5, wide - 1, height - 1);
  };
  return { right: RIGHT, paint, overview };
}
