// Fluent arithmetic, comparison and logic on the outputs of nodes. Each operator is a kernel and answers a new node.
// A NaN row gives NaN. Comparisons and logic answer 1 or 0.
import type { KernelName } from '#kernels/catalog.ts';
import { kernelVertex } from './kernel.ts';
import { Column } from './node.ts';

/** What an operator takes on its right side: another output of the same interval, or a number. */
export type Operand = Output | number;

/** One output of a node: a column of values, one per row. Indicators and operators answer it, and take it as input. */
export class Output extends Column {
  /** this + other. */
  plus(other: Operand): Output {
    return rowwise('add', this, other);
  }

  /** this − other. */
  minus(other: Operand): Output {
    return rowwise('sub', this, other);
  }

  /** this · other. */
  times(other: Operand): Output {
    return rowwise('mul', this, other);
  }

  /** this / other; NaN where other is 0. */
  over(other: Operand): Output {
    return rowwise('div', this, other);
  }

  /** 1 where this > other, else 0. */
  gt(other: Operand): Output {
    return rowwise('gt', this, other);
  }

  /** 1 where this ≥ other, else 0. */
  gte(other: Operand): Output {
    return rowwise('gte', this, other);
  }

  /** 1 where this < other, else 0. */
  lt(other: Operand): Output {
    return rowwise('lt', this, other);
  }

  /** 1 where this ≤ other, else 0. */
  lte(other: Operand): Output {
    return rowwise('lte', this, other);
  }

  /** 1 where this = other, else 0. */
  eq(other: Operand): Output {
    return rowwise('eq', this, other);
  }

  /** 1 where this and other are both other than 0, else 0. */
  and(other: Operand): Output {
    return rowwise('and', this, other);
  }

  /** 1 where this or other is other than 0, else 0. */
  or(other: Operand): Output {
    return rowwise('or', this, other);
  }

  /** 1 where this is 0, else 0. */
  not(): Output {
    return rowwise('not', this);
  }

  /** −this. */
  neg(): Output {
    return rowwise('neg', this);
  }

  /** |this|. */
  abs(): Output {
    return rowwise('abs', this);
  }
}

function rowwise(name: KernelName, ...operands: readonly Operand[]): Output {
  return new Output(kernelVertex(name, operands, {}), 'value');
}
