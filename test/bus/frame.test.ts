import { describe, expect, test } from 'vitest';
import { fc } from '@fast-check/vitest';
import { crc32 } from 'node:zlib';
import { decodeFrame, encodeFrame, extendChains, type Frame } from '#bus/frame.ts';

const id = 'ab'.repeat(32);
const frame = (columns: Float64Array[], extra: Partial<Frame> = {}): Frame => ({
  kind: 'output',
  id,
  epoch: 2 ** 40 + 3,
  first: 2 ** 33 + 1,
  count: columns[0]!.length,
  inputSequence: 77,
  watermark: 1_700_000_000_000,
  chains: Uint32Array.from(columns, (_, c) => c + 1),
  columns,
  ...extra,
});

describe('a frame', () => {
  test('carries every bit of its rows and header, wherever its bytes lie in a larger message', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 9 }), (values, width, shift) => {
        const sent = frame(Array.from({ length: width }, (_, c) => Float64Array.from(values, (value) => value * (c + 1))));
        const bytes = encodeFrame(sent);
        const moved = new Uint8Array(bytes.length + shift);
        moved.set(bytes, shift);
        const got = decodeFrame(moved.subarray(shift), 'here');
        expect(got).toEqual(sent);
      }),
    );
  });

  test('with any one bit flipped is refused, naming the place', () => {
    const bytes = encodeFrame(frame([Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6)]));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const bad = bytes.slice();
      bad[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => decodeFrame(bad, 'OUT 12')).toThrow(/OUT 12/);
    }
  });

  test('cut short is refused', () => {
    const bytes = encodeFrame(frame([Float64Array.of(1, 2)]));
    for (let length = 0; length < bytes.length; length++) expect(() => decodeFrame(bytes.subarray(0, length), 'x')).toThrow(expect.objectContaining({ code: 'FRAME_INVALID' }));
  });

  test('stands in little endian at the documented places', () => {
    const bytes = encodeFrame(frame([Float64Array.of(1.5)], { epoch: 1, first: 2, inputSequence: 3, chains: Uint32Array.of(9) }));
    const view = new DataView(bytes.buffer);
    expect(String.fromCharCode(bytes[0]!, bytes[1]!)).toBe('QF');
    expect([bytes[2], view.getUint32(8, true), view.getBigUint64(16, true), view.getBigUint64(24, true), view.getBigUint64(32, true)]).toEqual([1, 1, 1n, 2n, 3n]);
    expect([view.getFloat64(40, true), view.getUint32(80, true), view.getFloat64(88, true)]).toEqual([1_700_000_000_000, 9, 1.5]);
    view.setUint32(12, 0, true);
    expect(crc32(bytes)).toBe(new DataView(encodeFrame(frame([Float64Array.of(1.5)], { epoch: 1, first: 2, inputSequence: 3, chains: Uint32Array.of(9) })).buffer).getUint32(12, true));
  });
});

test('the chain of a column is the CRC-32 of its bytes, of however many rows', () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 40 }), fc.nat(), (values, start) => {
      const column = Float64Array.from(values);
      const chains = Uint32Array.of(start);
      extendChains(chains, [column], 0, column.length);
      expect(chains[0]).toBe(crc32(new Uint8Array(column.buffer), start));
    }),
  );
});

test('the chain of a column does not depend on where frames are cut', () => {
  const column = Float64Array.from({ length: 100 }, (_, k) => Math.sin(k));
  const whole = new Uint32Array(1);
  extendChains(whole, [column], 0, 100);
  const cut = new Uint32Array(1);
  for (const [from, to] of [[0, 1], [1, 8], [8, 8], [8, 99], [99, 100]] as const) extendChains(cut, [column], from, to);
  expect(cut).toEqual(whole);
  const other = new Uint32Array(1);
  column[50] = Math.sin(50) + Number.EPSILON;
  extendChains(other, [column], 0, 100);
  expect(other).not.toEqual(whole);
});
