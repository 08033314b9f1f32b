// The batch answer of one instrument, computed as far as it is asked for and forgotten behind what was compared.
import { type Assembly, assemble } from '#actors/assemble.ts';
import { sourceId } from '#domain/bar.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import type { Instrument } from './workload.ts';

const CHUNK_ROWS = 1_000;

interface Chunk {
  readonly first: number;
  readonly count: number;
  /** `t` first, then the outputs. */
  readonly columns: readonly Float64Array[];
}

export class Truth {
  readonly #instrument: Instrument;
  readonly #assembly: Assembly;
  readonly #chunks: ReadonlyMap<NodeID, Chunk[]>;
  #rows = 0;

  constructor(instrument: Instrument) {
    this.#instrument = instrument;
    // Nodes that the strategies share are there once, each still after its upstreams.
    const nodes = new Map<NodeID, DeclaredNode>(instrument.specs.flatMap((spec) => spec.nodes.map((node) => [node.id, node] as const)));
    this.#assembly = assemble([...nodes.values()], CHUNK_ROWS);
    this.#chunks = new Map(this.#assembly.computed.map(({ id }) => [id, []]));
  }

  get nodes(): readonly NodeID[] {
    return [...this.#chunks.keys()];
  }

  /** The rows a node has in the end: as many as its source, from its first one on. */
  get rowsInAll(): number {
    return this.#instrument.bars[0]!.length;
  }

  /** Number of a node's first row; undefined when it never has any. */
  firstRowOf(node: NodeID): number | undefined {
    const chunks = this.#chunks.get(node)!;
    while (chunks.length === 0) if (!this.#advance()) return undefined;
    return chunks[0]!.first;
  }

  /** Says where the first of these rows differs from the batch run, bit for bit, or nothing. They must follow those compared before. */
  compare(node: NodeID, first: number, columns: readonly Float64Array[]): string | undefined {
    const chunks = this.#chunks.get(node)!;
    const count = columns[0]!.length;
    for (let row = 0; row < count; ) {
      while ((chunks.at(-1)?.first ?? 0) + (chunks.at(-1)?.count ?? 0) <= first + row) if (!this.#advance()) return `row ${first + row} is beyond the batch run’s last`;
      const chunk = chunks.find((each) => each.first + each.count > first + row)!;
      const end = Math.min(count, chunk.first + chunk.count - first);
      for (; row < end; row++) {
        for (const [c, column] of columns.entries()) {
          const due = chunk.columns[c]![first + row - chunk.first];
          if (!Object.is(column[row], due)) return `row ${first + row}, column ${c} is ${column[row]}, and ${due} in the batch run`;
        }
      }
    }
    while (chunks.length > 0 && chunks[0]!.first + chunks[0]!.count <= first + count) chunks.shift();
    return undefined;
  }

  /** False when there are no more rows. */
  #advance(): boolean {
    const { bars, source } = this.#instrument;
    const to = Math.min(bars[0]!.length, this.#rows + CHUNK_ROWS);
    if (to === this.#rows) return false;
    const { plan } = this.#assembly;
    plan.append(sourceId(source), bars, this.#rows, to);
    this.#rows = to;
    for (const [node, chunks] of this.#chunks) {
      const { first, count, t, columns } = plan.rowsOf(node);
      if (count > 0) chunks.push({ first, count, columns: [t, ...columns].map((column) => column.slice(0, count)) });
    }
    return true;
  }
}
