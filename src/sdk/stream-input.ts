// The leaf of every strategy: one field of one source of bars.
import type { BarField, Source } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { readRecord } from '#graph/shape.ts';
import { Bars } from './bars.ts';
import { Vertex } from './node.ts';

export interface StreamConfig {
  /** Where the instrument trades, for example `"binance"`. */
  readonly venue: string;
  /** What trades there, for example `"BTC-USD"`. */
  readonly instrument: string;
  /** Width of a bar, `"1s"` … `"1d"`. `"60s"` and `"1m"` are one interval. */
  readonly interval: string;
  /** `"close"` when left out. */
  readonly field?: BarField;
}

/** The bars of one instrument; as an output it is the field it was declared with. Its other fields are `price.open`, `price.high`, … */
export class StreamInput extends Bars {
  readonly #config: StreamConfig;
  readonly #fields = new Map<BarField, StreamInput>();

  /** Throws INTERVAL_INVALID for a missing or bad interval, SPEC_INVALID naming any other wrong field. */
  constructor(config: StreamConfig) {
    readRecord(config, 'StreamInput', ['venue', 'instrument'], ['interval', 'field']);
    const { venue, instrument, field = 'close' } = config;
    const spec = {
      nodeType: 'stream',
      code: { stream: 'bars', version: '1.0.0' },
      config: { venue, instrument, interval: interval(config.interval, 'StreamInput.interval'), field },
      schema: { outputs: ['value'] },
    } as const;
    super(new Vertex(spec, [], 'StreamInput'), 'value');
    this.#config = config;
    this.#fields.set(field, this);
  }

  /** The source of the bars, all fields together. */
  get source(): Source {
    const { venue, instrument } = this.#config;
    return { venue, instrument, interval: interval(this.#config.interval) };
  }

  override get open(): StreamInput {
    return this.#sibling('open');
  }

  override get high(): StreamInput {
    return this.#sibling('high');
  }

  override get low(): StreamInput {
    return this.#sibling('low');
  }

  override get close(): StreamInput {
    return this.#sibling('close');
  }

  override get volume(): StreamInput {
    return this.#sibling('volume');
  }

  /** The same node each time, so that a label given to it stays. */
  #sibling(field: BarField): StreamInput {
    const known = this.#fields.get(field) ?? new StreamInput({ ...this.#config, field });
    this.#fields.set(field, known);
    return known;
  }
}
