// Operators that let some rows through and drop the others. What passes keeps its time.
import type { RowMaker, RowSink } from './plan-types.ts';
import { bytesOfDoubles, doublesOfBytes } from './state-doubles.ts';

/** Decides row by row what passes, and says itself what it must remember for that. */
abstract class Selection implements RowMaker {
  take(_side: number, t: Float64Array, inputs: readonly Float64Array[], count: number, out: RowSink): void {
    const [values] = inputs as [Float64Array];
    for (let k = 0; k < count; k++) {
      if (this.passes(t[k]!, values[k]!, inputs[1]?.[k])) out.add(t[k]!, values.subarray(k, k + 1));
    }
  }

  advance(watermark: number): number {
    return watermark;
  }

  protected abstract passes(t: number, value: number, other: number | undefined): boolean;
  abstract snapshot(): Uint8Array;
  abstract restore(bytes: Uint8Array): void;
}

/** Rows whose condition, the second input, is a number other than 0. */
export class Filter extends Selection {
  protected passes(_t: number, _value: number, condition: number | undefined): boolean {
    return condition !== 0 && !Number.isNaN(condition);
  }

  snapshot(): Uint8Array {
    return new Uint8Array();
  }

  restore(): void {}
}

/** Rows whose value differs from the one that passed last; a NaN never passes. */
export class Dedupe extends Selection {
  #last = Number.NaN;

  protected passes(_t: number, value: number): boolean {
    if (Number.isNaN(value) || value === this.#last) return false;
    this.#last = value;
    return true;
  }

  snapshot(): Uint8Array {
    return bytesOfDoubles([this.#last]);
  }

  restore(bytes: Uint8Array): void {
    this.#last = doublesOfBytes(bytes)[0]!;
  }
}

/** At most one row in `everyMs`: the first, then the next that comes at least so much later. */
export class Throttle extends Selection {
  readonly #everyMs: number;
  #last = Number.NEGATIVE_INFINITY;

  constructor(everyMs: number) {
    super();
    this.#everyMs = everyMs;
  }

  protected passes(t: number): boolean {
    if (t - this.#last < this.#everyMs) return false;
    this.#last = t;
    return true;
  }

  snapshot(): Uint8Array {
    return bytesOfDoubles([this.#last]);
  }

  restore(bytes: Uint8Array): void {
    this.#last = doublesOfBytes(bytes)[0]!;
  }
}
