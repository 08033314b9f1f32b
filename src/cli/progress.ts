// A progress bar for long work: on a terminal one line that redraws itself on stderr, elsewhere nothing at all.
//
//   reading bars  ███████████░░░░░░░░░  54 %  3 s left

import type { Clock } from '#clock/clock.ts';
import { type Env, painter, type Sink, wantsColour } from './output.ts';

/** Ten redraws a second look smooth; more only cost. */
const REDRAW_MS = 100;
const BAR_WIDTH = 24;
/** Before this the speed is a guess, and a guess is worse than no number. */
const ESTIMATE_AFTER_MS = 500;

export interface Progress {
  /** Work done so far, in the unit of `total`; `total` may become known on the way. */
  at(done: number, total?: number): void;
  /** Clears the line. What was achieved is the caller's to say. */
  end(): void;
}

export function progress(label: string, terms: { readonly sink: Sink; readonly env: Env; readonly clock: Clock; readonly total?: number }): Progress {
  const { sink, env, clock } = terms;
  if (!sink.isTTY || env['TERM'] === 'dumb' || env['CI']) return { at: () => {}, end: () => {} };
  const paint = painter(wantsColour(sink, env));
  const startedMs = clock.monotonicMs();
  let drawnMs = -Infinity;
  let total = terms.total;
  return {
    at(done, newTotal) {
      total = newTotal ?? total;
      const nowMs = clock.monotonicMs();
      const isLast = total !== undefined && done >= total;
      if (nowMs - drawnMs < REDRAW_MS && !isLast) return;
      drawnMs = nowMs;
      const ratio = total === undefined || total <= 0 ? undefined : Math.min(1, done / total);
      const parts = ratio === undefined ? [label, done.toLocaleString('en')] : [label, bar(ratio), `${String(Math.floor(ratio * 100)).padStart(3)} %`, left(ratio, nowMs - startedMs)];
      const text = parts.filter((part) => part !== '').join('  ').slice(0, (sink.columns || 80) - 1);
      sink.write(`\r\u001b[2K${paint('dim', text)}`);
    },
    end() {
      if (drawnMs !== -Infinity) sink.write('\r\u001b[2K');
    },
  };
}

function bar(ratio: number): string {
  const full = Math.round(ratio * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

function left(ratio: number, elapsedMs: number): string {
  if (elapsedMs < ESTIMATE_AFTER_MS || ratio === 0) return '';
  const seconds = Math.ceil((elapsedMs * (1 / ratio - 1)) / 1_000);
  return seconds < 60 ? `${seconds} s left` : `${Math.floor(seconds / 60)} min ${seconds % 60} s left`;
}
