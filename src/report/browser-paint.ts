// Runs in the reader's browser: one chart on a canvas, for one stretch of rows. See browser.ts.
import type { Browser, PageElement, Pen } from './browser.ts';
import type { Bars, Fills, Line, Scene, Shapes, View } from './browser-shapes.ts';
import type { Words } from './browser-ticks.ts';

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
  /** Equal ratios are equally high, where all that is shown is above 0. */
  readonly isRatio?: boolean;
  /** What the value axis always reaches to. */
  readonly reach?: readonly number[];
  readonly tick: (value: number, step: number) => string;
  /** What is said of a row. */
  readonly say: (row: number) => string;
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
export function painter(browser: Browser, t: Float64Array, words: Words, shapes: (colour: (name: string) => string) => Shapes): Painter {
  const RIGHT = 74; // labels of the value axis
  const TOP = 10;
  const BOTTOM = 24;
  const LABEL_PX = 75; // labels of the value axis stand this far apart or nearer
  const CANDLE_PX = 4; // a bar this wide shows its body
  const FONT = '12px system-ui, sans-serif';
  const colour = (name: string): string => browser.getComputedStyle(browser.document.documentElement).getPropertyValue(name).trim();
  const draw = shapes(colour);

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

  const sceneOf = (pen: Pen, view: View, [low, high]: readonly [number, number], right: number, top: number, bottom: number, isRatio = false): Scene => {
    const x = (row: number): number => ((row - view.from) / (view.to - view.from)) * right;
    const range = isRatio ? Math.log(high / low) : high - low;
    const y = (value: number): number => top + ((isRatio ? Math.log(high / value) : high - value) / (range || 1)) * (bottom - top);
    return { pen, view, right, bottom, x, y };
  };

  const firstFrom = (rows: Float64Array, row: number): number => {
    const found = rows.findIndex((each) => each >= row);
    return found < 0 ? rows.length : found;
  };

  /** Lowest and highest value to show, with some room beyond, but none beyond what the axis reaches to. */
  const rangeOf = ({ line, other, bars, fills, isRatio, reach = [] }: Panel, view: View, begin: number, end: number): [low: number, high: number] => {
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
    if (isRatio === true && low > 0 && low < high) return [low / (high / low) ** 0.07, high * (high / low) ** 0.07];
    const room = (high - low) * 0.07 || Math.abs(high) * 0.01 || 0.01;
    const top = reach.includes(high) && low < high ? high : high + room;
    return [reach.includes(low) ? low : low - room, top];
  };

  const paintGrid = ({ pen, view, right, bottom, x, y }: Scene, [low, high]: [number, number], isRatio: boolean, tickOf: Panel['tick'], width: number): void => {
    pen.lineWidth = 1;
    pen.strokeStyle = colour('--grid');
    pen.fillStyle = colour('--muted');
    pen.textAlign = 'left';
    pen.beginPath();
    const { step, ticks } = words[isRatio ? 'ratioTicks' : 'valueTicks'](low, high, Math.max(2, Math.floor((bottom - TOP) / LABEL_PX)));
    for (const tick of ticks) {
      const at = Math.round(y(tick)) + 0.5;
      pen.moveTo(0, at);
      pen.lineTo(right, at);
      pen.fillText(tickOf(tick, step), right + 8, at);
    }
    pen.textAlign = 'center';
    let free = 0;
    for (const [row, name] of words.timeTicks(t, view.from, view.to, Math.max(5, width / 95))) {
      const at = Math.round(x(row)) + 0.5;
      pen.moveTo(at, TOP);
      pen.lineTo(at, bottom);
      const half = 4 + name.length * 3.4;
      // The first one tells the date: at the edge it moves in rather than being left out.
      const centre = free === 0 ? Math.max(at, half) : at;
      if (centre - half < free || centre + half > width) continue;
      pen.fillText(name, centre, bottom + BOTTOM - 9);
      free = centre + half;
    }
    pen.stroke();
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
    const isRatio = panel.isRatio === true && range[0] > 0;
    const scene = sceneOf(pen, view, range, width - RIGHT, TOP, height - BOTTOM, isRatio);
    const ink = colour(panel.colour);
    const isCandles = bars !== undefined && scene.right / (view.to - view.from) >= CANDLE_PX;
    paintGrid(scene, range, isRatio, panel.tick, width);
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, scene.right, scene.bottom);
    pen.clip();
    if (mark !== undefined) draw.mark(scene, mark);
    if (other) draw.line(scene, other, colour('--muted'), 1);
    if (bars) draw[isCandles ? 'candles' : 'band'](scene, bars);
    if (line && !isCandles) draw.line(scene, line, ink, 1.5, base);
    if (fills) draw.fills(scene, fills, begin, end);
    paintHand(scene, hand, line, ink);
    pen.restore();
    const shown = hand.row ?? Math.min(Math.floor(view.to), t.length - 1);
    output.textContent = (hand.row === null ? '' : `${words.moment(t[shown]!)} · `) + panel.say(shown);
  };

  const overview = (canvas: PageElement, line: Line, view: View, whole: View): void => {
    const { pen, width, height } = penOf(canvas);
    const scene = sceneOf(pen, whole, line.extremes.extent(0, t.length), width - RIGHT, 4, height - 4);
    draw.line(scene, line, colour('--muted'), 1);
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
