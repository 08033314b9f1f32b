// What a paper account remembers between rows, and its bytes:
//
//   0  version    1..7  zero    8  cash    24  position    40  pending    56  mark
//
// Amounts are 1e-8 units, 16 bytes each, two's complement, low word first; the mark is an f64. All are little-endian.
import assert from 'node:assert/strict';
import { Fault } from '#domain/fault.ts';
import { UNITS_MAX } from '#domain/money.ts';

export interface PaperState {
  readonly cash: bigint;
  readonly position: bigint;
  /** The order in flight, signed; 0 when there is none. */
  readonly pending: bigint;
  /** Last price to mark the position at; NaN before the first. */
  readonly mark: number;
}

/** The same while it fits into f64: whole numbers of 1e-8, and the mark as its price. */
export interface SafeState {
  readonly cash: number;
  readonly position: number;
  readonly pending: number;
  readonly mark: number;
}

const VERSION = 1;
const STATE_BYTES = 64;

assert(2n * UNITS_MAX < 2n ** 127n, 'sums of two bounded amounts fit 16 bytes');

export function writeState(state: PaperState): Uint8Array {
  const view = new DataView(new ArrayBuffer(STATE_BYTES));
  view.setUint8(0, VERSION);
  view.setFloat64(56, state.mark, true);
  writeAmount(view, 8, state.cash);
  writeAmount(view, 24, state.position);
  writeAmount(view, 40, state.pending);
  return new Uint8Array(view.buffer);
}

function writeAmount(view: DataView, at: number, amount: bigint): void {
  view.setBigInt64(at, amount, true); // its lower half: what is above is left out
  view.setBigInt64(at + 8, amount >> 64n, true);
}

/** Throws CHECKPOINT_DAMAGED for another length or version. */
export function readState(bytes: Uint8Array): PaperState {
  if (bytes.byteLength !== STATE_BYTES || bytes[0] !== VERSION) {
    throw new Fault('CHECKPOINT_DAMAGED', `a paper account of version ${bytes[0] ?? 'none'} with ${bytes.byteLength} bytes, wanted version ${VERSION} with ${STATE_BYTES}`, {
      cure: 'drop the checkpoint and replay, or read it with the version of QMTL that wrote it',
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, STATE_BYTES);
  const amount = (k: number): bigint => (view.getBigInt64(16 + k * 16, true) << 64n) | view.getBigUint64(8 + k * 16, true);
  return { cash: amount(0), position: amount(1), pending: amount(2), mark: view.getFloat64(56, true) };
}
