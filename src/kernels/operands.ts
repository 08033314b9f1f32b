// The operand tables of a kernel, as `assembly/operand.ts` reads them.

/** Bytes of a kernel's own fields that come before its constant: `OWN` in assembly/state.ts. */
const STATE_OWN = 32;
/** Lets an operand move on with the rows; with 0 it stays where it is. */
const MOVES = 0xffff_ffff;

export interface OperandTables {
  /** Inputs, then outputs. */
  readonly words: readonly number[];
  /** Byte in the words at which the outputs begin. */
  readonly outputsAt: number;
}

/** Tables of `inputs` and `outputs`, given by the addresses of their rows; a missing input is the constant, which a kernel keeps as the first of its own fields. */
export function operandTables(inputs: readonly (number | undefined)[], outputs: readonly number[], state: number): OperandTables {
  const words = inputs.flatMap((address) => (address === undefined ? [state + STATE_OWN, 0] : [address, MOVES]));
  return { words: [...words, ...outputs], outputsAt: words.length * 4 };
}
