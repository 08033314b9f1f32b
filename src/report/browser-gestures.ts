// Runs in the reader's browser: what pointers and keys do to the charts. See browser.ts.
//
//   pointer    drag chooses a stretch, a double click shows all; ctrl and wheel or two fingers zoom, shift and drag or a sideways wheel move
//   keys       ← → cursor (shift: view), + − zoom, Home or Escape all
import type { Browser, PageElement, PageEvent } from './browser.ts';
import type { Hand } from './browser-paint.ts';
import type { View } from './browser-shapes.ts';

/** What is looked at, and what the hand does. Setting either draws anew. */
export interface Stage {
  readonly rows: number;
  readonly whole: View;
  view: View;
  hand: Hand;
}

/** @param right what of a canvas' width is not rows: the labels. */
export function gestures(browser: Browser, stage: Stage, canvases: readonly PageElement[], right: number): void {
  const ROWS_MIN = 8;
  const DRAG_PX = 6;
  const { whole, rows } = stage;
  const element = (id: string): PageElement => browser.document.getElementById(id)!;
  const look = (from: number, to: number): void => {
    const widest = whole.to - whole.from;
    const width = Math.min(Math.max(to - from, Math.min(ROWS_MIN, widest)), widest);
    const start = Math.min(Math.max((from + to - width) / 2, whole.from), whole.to - width);
    for (const id of ['all', 'out', 'back', 'on']) element(id).disabled = width >= widest;
    stage.view = { from: start, to: start + width };
  };
  const zoom = (factor: number, around: number): void => look(around - (around - stage.view.from) * factor, around + (stage.view.to - around) * factor);
  const move = (share: number): void => {
    const by = share * (stage.view.to - stage.view.from);
    look(stage.view.from + by, stage.view.to + by);
  };
  const middle = (): number => stage.hand.row ?? (stage.view.from + stage.view.to) / 2;
  const all = (): void => look(whole.from, whole.to);

  const touches = new Map<number, number>();
  for (const canvas of canvases) {
    let pinch: { readonly view: View; readonly apart: number; readonly around: number } | null = null;
    let grip: { readonly x: number; readonly view: View; readonly isMove: boolean } | null = null;
    const width = (): number => canvas.clientWidth - right;
    const placeOf = (event: PageEvent): number => Math.min(Math.max(event.clientX - canvas.getBoundingClientRect().left, 0), width());
    const rowAt = (x: number): number => stage.view.from + (x / width()) * (stage.view.to - stage.view.from);
    const cursor = (x: number): number => Math.min(Math.max(Math.round(rowAt(x)), 0), rows - 1);
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      const x = placeOf(event);
      canvas.setPointerCapture(event.pointerId);
      touches.set(event.pointerId, x);
      grip = event.pointerType === 'touch' ? null : { x, view: stage.view, isMove: event.shiftKey };
      const [a, b] = [...touches.values()];
      pinch = b === undefined ? null : { view: stage.view, apart: Math.abs(a! - b), around: rowAt((a! + b) / 2) };
      stage.hand = { row: cursor(x), chosen: null };
    });
    canvas.addEventListener('pointermove', (event) => {
      const x = placeOf(event);
      if (touches.has(event.pointerId)) touches.set(event.pointerId, x);
      const [a, b] = [...touches.values()];
      if (pinch && b !== undefined) {
        const factor = pinch.apart / Math.max(Math.abs(a! - b), 8);
        look(pinch.around - (pinch.around - pinch.view.from) * factor, pinch.around + (pinch.view.to - pinch.around) * factor);
        return;
      }
      if (grip?.isMove) {
        const by = ((grip.x - x) / width()) * (grip.view.to - grip.view.from);
        look(grip.view.from + by, grip.view.to + by);
      }
      stage.hand = { row: cursor(x), chosen: grip && !grip.isMove && Math.abs(x - grip.x) > 2 ? [grip.x, x] : null };
    });
    const release = (event: PageEvent): void => {
      touches.delete(event.pointerId);
      pinch = null;
      grip = null;
      stage.hand = { row: stage.hand.row, chosen: null };
    };
    canvas.addEventListener('pointerup', (event) => {
      const { chosen } = stage.hand;
      release(event);
      if (chosen && Math.abs(chosen[1] - chosen[0]) > DRAG_PX) look(rowAt(Math.min(...chosen)), rowAt(Math.max(...chosen)));
    });
    canvas.addEventListener('pointercancel', release);
    canvas.addEventListener('pointerleave', () => (stage.hand = { row: null, chosen: null }));
    canvas.addEventListener('dblclick', all);
    const wheel = (event: PageEvent): void => {
      const isZoom = event.ctrlKey || event.metaKey;
      if (!isZoom && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return; // the page scrolls
      event.preventDefault();
      if (isZoom) zoom(Math.exp(event.deltaY / 300), rowAt(placeOf(event)));
      else move(event.deltaX / width());
    };
    canvas.addEventListener('wheel', wheel, { passive: false });
  }

  const strip = element('overview');
  const jump = (event: PageEvent): void => {
    if (!touches.has(event.pointerId)) return;
    const share = (event.clientX - strip.getBoundingClientRect().left) / (strip.clientWidth - right);
    const [centre, half] = [whole.from + share * (whole.to - whole.from), (stage.view.to - stage.view.from) / 2];
    look(centre - half, centre + half);
  };
  strip.addEventListener('pointerdown', (event) => {
    strip.setPointerCapture(event.pointerId);
    touches.set(event.pointerId, 0);
    jump(event);
  });
  strip.addEventListener('pointermove', jump);
  for (const type of ['pointerup', 'pointercancel']) strip.addEventListener(type, (event) => touches.delete(event.pointerId));

  const deeds: Readonly<Record<string, () => void>> = { in: () => zoom(0.5, middle()), out: () => zoom(2, middle()), back: () => move(-0.5), on: () => move(0.5), all };
  for (const [id, deed] of Object.entries(deeds)) element(id).addEventListener('click', deed);
  const keys: Readonly<Record<string, () => void>> = { '+': deeds['in']!, '=': deeds['in']!, '-': deeds['out']!, Home: all, Escape: all };
  element('charts').addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (step === 0 && !keys[event.key]) return;
    event.preventDefault();
    if (step === 0) keys[event.key]!();
    else if (event.shiftKey) move(step / 4);
    else {
      // One row, or about a pixel where rows are denser.
      const { from, to } = stage.view;
      const row = Math.round((stage.hand.row ?? (from + to) / 2) + step * Math.max((to - from) / 800, 1));
      stage.hand = { row: Math.min(Math.max(row, Math.ceil(from), 0), Math.floor(to), rows - 1), chosen: null };
    }
  });
  all();
}
