// A browser with nothing in it but what a report's script uses: canvases that write down what is drawn on them, and what is said in outputs.
import { runInNewContext } from 'node:vm';
import type { ReportSeries } from '#report/series.ts';

export interface Browsed {
  /** Calls of each canvas, by name. */
  readonly drawn: Readonly<Record<string, string[]>>;
  /** Texts on each canvas, by name. */
  readonly written: Readonly<Record<string, string[]>>;
  /** What an output says. */
  readonly said: (panel: string) => string;
  readonly send: (id: string, type: string, event?: object) => void;
  readonly attribute: (id: string, name: string) => string | undefined;
}

const CANVASES = ['equity', 'drawdown', 'price', 'exposure', 'sharpe', 'volatility', 'overview'];
const BUTTONS = ['in', 'out', 'back', 'on', 'all', 'hold', 'ratio'];
export const CANVAS_PX = 874; // 800 of rows, 74 of labels

export function partsOf(page: string): { series: ReportSeries; script: string } {
  const [, series, script] = /<script type="application\/json" id="series">([^<]*)<\/script>\n<script>([\s\S]*)<\/script>\n<\/body>/.exec(page)!;
  return { series: JSON.parse(series!) as ReportSeries, script: script! };
}

/** Runs the page's script. A call on a canvas with a number that is none throws. */
export async function browse(page: string): Promise<Browsed> {
  const { series, script } = partsOf(page);
  const drawn: Record<string, string[]> = Object.fromEntries(CANVASES.map((id) => [id, []]));
  const written: Record<string, string[]> = Object.fromEntries(CANVASES.map((id) => [id, []]));
  const listeners: Record<string, Record<string, (event: unknown) => void>> = {};
  const elements: Record<string, { textContent: string; attributes: Record<string, string> }> = {};
  let failure: Error | undefined;
  const add = (id: string, more: object = {}): void => {
    listeners[id] = {};
    const attributes: Record<string, string> = {};
    elements[id] = {
      textContent: '', disabled: false, attributes, clientWidth: CANVAS_PX, clientHeight: 200, dataset: {}, ...more,
      getAttribute: (name: string) => attributes[name] ?? null, setAttribute: (name: string, value: string) => (attributes[name] = value),
      addEventListener: (type: string, listener: (event: unknown) => void) => (listeners[id]![type] = listener),
      getBoundingClientRect: () => ({ left: 0 }), setPointerCapture: () => undefined, classList: { toggle: () => undefined },
    } as never;
  };
  for (const id of CANVASES) {
    const pen = new Proxy({}, {
      get: (_, name) => (...values: unknown[]) => {
        if (values.some((value) => typeof value === 'number' && !Number.isFinite(value))) failure = new Error(`${id}: ${String(name)}(${values.join()}) is no place on a canvas`);
        drawn[id]!.push(String(name));
        if (name === 'fillText') written[id]!.push(String(values[0]));
      },
      set: () => true,
    });
    add(id, { getContext: () => pen });
    add(`${id}-value`);
  }
  for (const id of [...BUTTONS, 'charts']) add(id);
  add('series', { textContent: JSON.stringify(series) });
  const window = {
    devicePixelRatio: 2,
    document: { documentElement: {}, getElementById: (id: string) => elements[id] ?? null, querySelectorAll: () => [] },
    getComputedStyle: () => ({ getPropertyValue: () => ' #123456' }),
    requestAnimationFrame: (draw: () => void) => draw(),
    matchMedia: () => ({ addEventListener: () => undefined }),
    addEventListener: () => undefined,
    atob,
  };
  const started = new Promise<void>((resolve) => {
    const done = (): void => resolve();
    // The script ends by drawing, or by saying why it cannot; without rows there is nothing to draw.
    window.requestAnimationFrame = (draw) => (draw(), done());
    Object.defineProperty(elements['charts']!, 'textContent', { set: (text: string) => ((failure = new Error(text)), done()) });
    if (series.run.rows === 0) done();
  });
  runInNewContext(script, { window, document: window.document, Blob, Response, DecompressionStream, Uint8Array, Float64Array, Map, JSON, Promise });
  await started;
  const check = (): void => {
    if (failure) throw failure;
  };
  check();
  return {
    drawn,
    written,
    said: (panel) => (check(), elements[`${panel}-value`]!.textContent),
    send(id, type, event = {}) {
      listeners[id]![type]!({ clientX: 0, button: 0, pointerId: 1, pointerType: 'mouse', shiftKey: false, ctrlKey: false, metaKey: false, deltaX: 0, deltaY: 0, preventDefault: () => undefined, ...event });
      check();
    },
    attribute: (id, name) => elements[id]!.attributes[name],
  };
}
