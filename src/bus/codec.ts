// msgpackr's home: control messages and records as bytes.
import { Packr } from 'msgpackr';
import { Fault } from '#domain/fault.ts';

const packr = new Packr({ useRecords: false, mapsAsObjects: true, moreTypes: false });

export function encode(value: unknown): Uint8Array {
  return packr.pack(value);
}

/** Throws FRAME_INVALID when the bytes are not one message. */
export function decode<T>(bytes: Uint8Array, what = 'message'): T {
  try {
    return packr.unpack(bytes) as T;
  } catch (cause) {
    throw new Fault('FRAME_INVALID', `a ${what} of ${bytes.length} bytes cannot be decoded: ${(cause as Error).message}`, {
      cure: 'check that both sides run the same version of QMTL',
      cause,
    });
  }
}
