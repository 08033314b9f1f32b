// Lets so many of those who ask for the same thing have it at once, the others in the order they came.
export class Turns {
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];
  #taken = 0;
  readonly #atOnce: number;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  async take<T>(run: () => Promise<T>): Promise<T> {
    if (this.#taken < this.#atOnce) this.#taken++;
    else await new Promise<void>((go) => this.#waiting.push(go));
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else if (--this.#taken === 0) for (const go of this.#idle.splice(0)) go();
    }
  }

  /** Resolves when nobody has a turn or waits for one. */
  async idle(): Promise<void> {
    if (this.#taken > 0) await new Promise<void>((go) => this.#idle.push(go));
  }
}
