// Bricks of one height, made by the price alone: time does not show.
// K1. Their edges are the multiples of the size, each a decimal where the size is one: nothing adds up, and where a series begins does not matter.
// K2. A brick goes on from the one before when a close reaches the next edge; it turns when a close reaches the edge past the one before's other end.
//     A close that reaches further makes as many bricks.
// K3. What was traded since the brick before is the first brick's of the row that makes it; further bricks of the row have none.
// K4. A close without a place on the grid is passed over. One further off than BRICKS_MAX makes no bricks, and they begin anew next to it: one
//     wrong price must not be answered with a million rows.
import { addTerm, SUM_CELLS, sumOf } from './exact-sum.ts';
import type { RowMaker, RowSink } from './plan-types.ts';
import { bytesOfDoubles, doublesOfBytes } from './state-doubles.ts';

/** A row that moves the price by a thousand bricks says more of the size, or of the row, than of the market. */
const BRICKS_MAX = 1_000;
/** Neighbouring edges up to here are different doubles. */
const EDGE_MAX = 2 ** 50;
/** A size of more decimal places is taken as it is. */
const SCALE_MAX = 1e12;

export class Renko implements RowMaker {
  readonly #size: number;
  /** The size is `units / scale`: whole numbers where it is a decimal. */
  readonly #units: number;
  readonly #scale: number;
  /** Edge where the last brick ended, counted in sizes; NaN before the first close. */
  #last = Number.NaN;
  /** 1 after a brick up, −1 after one down, 0 before the first. */
  #direction = 0;
  readonly #volume = new Float64Array(SUM_CELLS);
  readonly #brick = new Float64Array(5);

  constructor(size: number) {
    let scale = 1;
    while (scale < SCALE_MAX && Math.round(size * scale) / scale !== size) scale *= 10;
    const isDecimal = Math.round(size * scale) / scale === size;
    this.#size = size;
    this.#scale = isDecimal ? scale : 1;
    this.#units = isDecimal ? Math.round(size * scale) : size;
  }

  /** Reads close and volume. */
  take(_side: number, t: Float64Array, inputs: readonly Float64Array[], count: number, out: RowSink): void {
    const [closes, volumes] = inputs as readonly [Float64Array, Float64Array];
    for (let k = 0; k < count; k++) {
      addTerm(this.#volume, 0, volumes[k]!);
      if (Math.abs(closes[k]! / this.#size) < EDGE_MAX) this.#follow(t[k]!, closes[k]!, out);
    }
  }

  advance(watermark: number): number {
    return watermark;
  }

  #follow(t: number, close: number, out: RowSink): void {
    const below = this.#edgeBelow(close);
    const above = this.#edge(below) === close ? below : below + 1;
    const [up, down] = [this.#last + Math.max(0, -this.#direction), this.#last - Math.max(0, this.#direction)]; // by K2, where the next brick begins
    if (Number.isNaN(this.#last) || Math.max(below - up, down - above) > BRICKS_MAX) {
      this.#last = close - this.#edge(below) < this.#edge(below + 1) - close ? below : below + 1;
      this.#direction = 0;
      return;
    }
    for (let edge = up; edge < below; edge++) this.#give(t, edge, edge + 1, out);
    for (let edge = down; edge > above; edge--) this.#give(t, edge, edge - 1, out);
  }

  #give(t: number, from: number, to: number, out: RowSink): void {
    const [open, close] = [this.#edge(from), this.#edge(to)];
    this.#brick.set([open, Math.max(open, close), Math.min(open, close), close, sumOf(this.#volume, 0)]);
    out.add(t, this.#brick);
    this.#volume.fill(0);
    this.#last = to;
    this.#direction = to - from;
  }

  #edge(sizes: number): number {
    return (sizes * this.#units) / this.#scale;
  }

  /** The highest edge that is not above the price. */
  #edgeBelow(price: number): number {
    let edge = Math.floor(price / this.#size); // may be one off where the price is at an edge
    if (this.#edge(edge) > price) edge--;
    else if (this.#edge(edge + 1) <= price) edge++;
    return edge;
  }

  snapshot(): Uint8Array {
    return bytesOfDoubles([this.#last, this.#direction, ...this.#volume]);
  }

  restore(bytes: Uint8Array): void {
    const [last, direction, ...volume] = doublesOfBytes(bytes);
    this.#last = last!;
    this.#direction = direction!;
    this.#volume.set(volume);
  }
}
