// A strategy with a node that fails at one row of its source, in whichever way, one that reads it, and one that has nothing to do with it.
import type { BarColumns } from '#domain/bar.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { ema, Node, type Output, sma, Strategy, StreamInput, wasmKernel } from '#sdk/mod.ts';
import { compileKernel } from './kernel.ts';

export type PoisonKind = 'throws' | 'traps';

export interface Poison {
  readonly spec: StrategySpec;
  /** The node that fails; its reader waits for it. */
  readonly node: NodeID;
  readonly reader: NodeID;
  /** The first row of the source it fails at, of those from one on; -1 where there is none. */
  readonly rowFrom: (first: number) => number;
}

const KERNEL = `
  export function state_bytes(bad: f64): i32 { return 8; }
  export function warmup(bad: f64): i32 { return 0; }
  export function run(state: usize, x: usize, out: usize, count: i32, bad: f64): void {
    for (let k = 0; k < count; k++) {
      const value = load<f64>(x + (k << 3));
      if (value == bad) unreachable();
      store<f64>(out + (k << 3), value * 2.0);
    }
  }
`;
let compiled: Uint8Array | undefined;

/** One that fails at every row with the close of row `at`. */
export function poison(instrument: string, bars: BarColumns, at: number, kind: PoisonKind): Poison {
  const close = bars[4]!;
  const bad = close[at]!;
  const spec = new Strategy({
    name: 'poisoned',
    build() {
      const price = new StreamInput({ venue: 'test', instrument, interval: '1m' });
      const node = kind === 'throws' ? throwing(price, bad) : wasmKernel({ bytes: (compiled ??= compileKernel(KERNEL)), inputs: [price.close], params: [bad] });
      return { outputs: { node, reader: sma(node, { period: 5 }), sibling: ema(price, { period: 11 }) } };
    },
  }).declare();
  return { spec, node: spec.outputs['node']!.node, reader: spec.outputs['reader']!.node, rowFrom: (first) => close.indexOf(bad, first) };
}

function throwing(price: StreamInput, bad: number): Output {
  return new Node({
    inputs: { price },
    period: 1,
    params: { bad },
    compute: ({ price: window }, { bad: poisonous }) => {
      if (window[0] === poisonous) throw 'a price I cannot stand';
      return window[0]! * 2;
    },
  });
}
