// The state of an operator as bytes: doubles in a row, read back in the order they were written.

export function bytesOfDoubles(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer);
}

/** The doubles in `bytes`, which may lie anywhere. */
export function doublesOfBytes(bytes: Uint8Array): Float64Array {
  return new Float64Array(Uint8Array.from(bytes).buffer);
}
