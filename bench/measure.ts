// How figures are taken. Whatever is compared runs in the same rounds, so that a busy machine is busy for all of it.
import { SystemClock } from '#clock/system.ts';

export const clock = new SystemClock();

/** A measured value, with what the requirements ask of it. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Shown after the point; left out, three significant digits or a whole number. */
  readonly decimals?: number;
  /** Requirement the target is taken from, such as `K3`. */
  readonly target?: { readonly requirement: string; readonly atLeast?: number; readonly atMost?: number };
  readonly note?: string;
}

export interface Section {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** What was computed is not what it must be. Its figures mean nothing, so the section has none and the run fails. */
export class WrongAnswer extends Error {}

/** Something to time: runs once, and may answer its own milliseconds when only a part of it counts. */
export interface Contender {
  readonly name: string;
  readonly run: () => number | void | Promise<number | void>;
}

/** Times of one contender, a round each. */
export type Times = readonly number[];

/** Milliseconds of every contender in every round; a first round warms the compiler and is thrown away. The order turns round by round. */
export async function pairedRounds(rounds: number, contenders: readonly Contender[]): Promise<Times[]> {
  const times = contenders.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    const order = [...contenders.keys()];
    for (const at of round % 2 === 0 ? order : order.toReversed()) {
      const startedMs = clock.monotonicMs();
      const own = await contenders[at]!.run();
      const elapsedMs = own ?? clock.monotonicMs() - startedMs;
      if (round >= 0) times[at]!.push(elapsedMs);
    }
  }
  return times;
}

export function median(values: Times): number {
  return quantile(values, 0.5);
}

/** Quantile by the nearest rank, interpolated. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}

/** Median over the rounds of `a / b`: how many times as long a takes. */
export function pairedRatio(a: Times, b: Times): number {
  return median(a.map((time, round) => time / b[round]!));
}
