// Bars as an author holds them: a column of prices with its siblings, the same in a wider interval, and in bricks.
import { type BarField } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { readRecord } from '#graph/shape.ts';
import { lengthMs, operatorVertex } from './operator.ts';
import { Output } from './operators.ts';

export interface ResampleSettings {
  /** Moves where buckets begin, away from the multiples of the interval since 1970-01-01 UTC: `"30m"` makes hours begin at half past. */
  readonly offset?: string;
}

/** The bars of an instrument; as an output it is one of its fields, `close` unless another was asked for. */
export abstract class Bars extends Output {
  /** First price of each bar. */
  abstract get open(): Output;
  /** Highest price of each bar. */
  abstract get high(): Output;
  /** Lowest price of each bar. */
  abstract get low(): Output;
  /** Last price of each bar. */
  abstract get close(): Output;
  /** Units traded in each bar. */
  abstract get volume(): Output;

  /**
   * The same instrument in bars of a wider interval, a multiple of this one: `price.resample('1h')`. A bar comes when it is over: with the
   * last row it can hold, or with the first behind it. A bucket without rows has no bar. What reads it has a row per wide bar; `.asOf(price)` brings
   * that back to the rows here. Throws INTERVAL_INVALID.
   */
  resample(to: string, settings: ResampleSettings = {}): Bars {
    readRecord(settings, 'resample', [], ['offset']);
    const offsetMs = settings.offset === undefined ? 0 : lengthMs(settings.offset, 'resample: offset');
    const { open, high, low, close, volume } = this;
    return new MadeBars(operatorVertex('resample', { open, high, low, close, volume }, { offsetMs }, interval(to, 'resample')), 'close');
  }

  /**
   * Renko bricks of a height in prices: `price.renko(2.5)`. A row per brick, with the time of the bar whose close makes it: one, several or none for a
   * bar. Where they lie does not depend on where the series begins. What reads it has a row per brick; `.asOf(price)` brings that back to the rows here.
   * Throws PARAM_INVALID.
   */
  renko(size: number): Bars {
    const { close, volume } = this;
    return new MadeBars(operatorVertex('renko', { close, volume }, { size }), 'close');
  }
}

/** The bars that an operator makes. */
class MadeBars extends Bars {
  get open(): Output {
    return this.#field('open');
  }

  get high(): Output {
    return this.#field('high');
  }

  get low(): Output {
    return this.#field('low');
  }

  get close(): Output {
    return this.#field('close');
  }

  get volume(): Output {
    return this.#field('volume');
  }

  #field(field: BarField): Output {
    return new Output(this.vertex, field);
  }
}
