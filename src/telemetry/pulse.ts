// A thread's sign of life: a number in memory it shares with whoever watches it. It grows while the thread gets on, also where it
// computes for so long that it can answer nobody.
let pulse = new Int32Array(new SharedArrayBuffer(4));

/** Memory for a pulse. */
export function newPulse(): SharedArrayBuffer {
  return new SharedArrayBuffer(4);
}

/** From now on this thread's pulse is felt there. */
export function showPulse(shared: SharedArrayBuffer): void {
  pulse = new Int32Array(shared);
}

/** This thread gets on. Cheap enough to say between two batches of rows. */
export function beat(): void {
  Atomics.add(pulse, 0, 1);
}

/** Notices a pulse that stands still. */
export class PulseWatch {
  readonly #pulse: Int32Array;
  readonly #looksMax: number;
  #last: number;
  #same = 0;

  /** `looksMax` in a row that find the same number are one too many. Looks are counted and not time, so a watcher that stood still blames nobody. */
  constructor(shared: SharedArrayBuffer, looksMax: number) {
    this.#pulse = new Int32Array(shared);
    this.#looksMax = looksMax;
    this.#last = Atomics.load(this.#pulse, 0);
  }

  /** True when the thread hangs. */
  look(): boolean {
    const now = Atomics.load(this.#pulse, 0);
    this.#same = now === this.#last ? this.#same + 1 : 0;
    this.#last = now;
    return this.#same >= this.#looksMax;
  }
}
