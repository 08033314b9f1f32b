// The nodes of a lane that came to stand still, and from which moment on nothing of them and of what reads them is given out (A4 in lane.ts).
import { intervalMs } from '#domain/interval.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { Rows } from '#kernels/plan.ts';
import { type Assembly, withDownstream } from './assemble.ts';
import { haltOfStarved, type Standstill } from './halt.ts';
import type { View } from './view.ts';

export class Standstills {
  readonly #assembly: Assembly;
  readonly #view: View;
  readonly #intervalsMs: ReadonlyMap<NodeID, number>;
  /** These two by what the plan calls the nodes. */
  readonly #found = new Map<NodeID, Standstill>();
  /** What a node says of this moment or a later one is not given out: a row of interval i at t speaks of t + i. */
  readonly #heldFrom = new Map<NodeID, number>();

  constructor(assembly: Assembly, view: View) {
    this.#assembly = assembly;
    this.#view = view;
    this.#intervalsMs = new Map(view.nodes.map(({ id, spec }) => [id, intervalMs(spec.config.interval)]));
  }

  /** Those above before those below. */
  get all(): readonly Standstill[] {
    return [...this.#found.values()];
  }

  /** Looks for nodes that halted in the last append. */
  notice(): void {
    const { plan, halting } = this.#assembly;
    for (const [node, { halt }] of halting) {
      if (!halt || this.#found.has(node)) continue;
      const rows = plan.rowsOf(node);
      const row = plan.warmup(node) + halt.row;
      const t = rows.t[row - rows.first];
      // A node below one that stands still is shown NaN, and may well fail at that; it is not its fault.
      if (t !== undefined) this.#standStill(node, { ...halt, row, t });
    }
    for (const starved of plan.starved()) this.#standStill(starved.node as NodeID, { ...haltOfStarved(starved), row: starved.row, t: starved.t });
  }

  /** What a node fired in the last append, and may give out. */
  rowsOf(id: NodeID): Rows {
    const rows = this.#assembly.plan.rowsOf(id);
    const until = this.#heldFrom.get(id);
    if (until === undefined) return rows;
    const width = this.#intervalsMs.get(id)!;
    let { count } = rows;
    while (count > 0 && rows.t[count - 1]! + width >= until) count--;
    return { first: rows.first, count, t: rows.t.subarray(0, count), columns: rows.columns.map((column) => column.subarray(0, count)) };
  }

  #standStill(node: NodeID, halt: Omit<Standstill, 'node'>): void {
    const moment = halt.t + this.#intervalsMs.get(node)!;
    if (moment >= (this.#heldFrom.get(node) ?? Infinity)) return;
    this.#found.set(node, { ...halt, node: this.#view.idOf(node) });
    for (const id of withDownstream([node], this.#view.nodes)) this.#heldFrom.set(id, Math.min(moment, this.#heldFrom.get(id) ?? Infinity));
  }
}
