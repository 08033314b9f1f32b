import assert from 'node:assert/strict';

import { type Cancel, type Clock, sleepOn, WAIT_MS_MAX } from './clock.ts';

/** The machine's clock. A pending timer keeps the process alive, so whoever sets one also cancels it. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return performance.now();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  every(ms: number, run: () => void): Cancel {
    assert(ms > 0 && ms <= WAIT_MS_MAX, `a timer cannot repeat every ${ms} ms`);
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  }

  after(ms: number, run: () => void): Cancel {
    assert(ms >= 0 && ms <= WAIT_MS_MAX, `a timer cannot wait ${ms} ms`);
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  }
}
