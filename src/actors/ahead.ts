// Stands in a plan for an account by orders of a batch run: while its process has some rows, the plan computes the next.
// A1. Nothing within a plan reads an account, so nothing waits for what it makes of its rows. Who keeps them gets them in order, some rows later.
import type { AccountSpec } from '#domain/node-spec.ts';
import type { Rows } from '#kernels/plan.ts';
import type { Halt, HaltingNode } from './halt.ts';
import { OrdersNode } from './orders.ts';
import { Unmoved } from './unmoved.ts';

/** Those the process may have at a time: the one it computes, and one it finds when it has done so. */
const BATCHES = 2;

export class OrdersAhead extends Unmoved implements HaltingNode {
  readonly lookback = 0;
  readonly node: OrdersNode;
  readonly #keep: (rows: Rows) => void;
  /** Of each batch its inputs, times first, and how many rows: those that are with the process, in order, and one to be filled. */
  readonly #batches = Array.from({ length: BATCHES + 1 }, () => ({ inputs: [] as readonly Float64Array[], count: 0 }));
  #begun = 0;
  #outputs: readonly Float64Array[] = [];
  #row = 0;

  /** `keep` is called with the rows of each batch, numbered from 0; the views are valid during the call. Throws as OrdersNode does. */
  constructor(spec: AccountSpec, keep: (rows: Rows) => void) {
    super();
    this.node = new OrdersNode(spec);
    this.#keep = keep;
  }

  get halt(): Halt | undefined {
    return this.node.halt;
  }

  run(inputs: readonly Float64Array[], _outputs: readonly Float64Array[], count: number): void {
    const batch = this.#batches[this.#begun]!;
    batch.inputs = roomFor(batch.inputs, inputs.length, count);
    batch.count = count;
    inputs.forEach((input, k) => batch.inputs[k]!.set(input));
    this.#outputs = roomFor(this.#outputs, this.node.outputs.length, count);
    const isFull = this.#begun === BATCHES;
    if (isFull) this.node.finish(this.#outputs);
    this.node.start(batch.inputs, count);
    if (isFull) this.#take();
    else this.#begun++;
  }

  /** Waits for the rows that are not kept yet, and keeps them. */
  close(): void {
    for (; this.#begun > 0; this.#begun--) {
      this.node.finish(this.#outputs);
      this.#take();
    }
  }

  /** Waits for the rows that are not kept yet, only to know whether the account came to stand still at one of them. */
  abandon(): void {
    for (; this.#begun > 0; this.#begun--) this.node.finish(this.#outputs);
  }

  /** Keeps what has been finished. */
  #take(): void {
    const batch = this.#batches.shift()!;
    this.#batches.push(batch);
    const { inputs, count } = batch;
    if (!this.halt) this.#keep({ first: this.#row, count, t: inputs[0]!, columns: this.#outputs });
    this.#row += count;
  }
}

/** The columns, or as many longer ones where they do not hold `rows`. */
function roomFor(columns: readonly Float64Array[], width: number, rows: number): readonly Float64Array[] {
  return columns.length > 0 && columns[0]!.length >= rows ? columns : Array.from({ length: width }, () => new Float64Array(rows));
}
