import { expect, test } from 'vitest';
import { PartNames, Parts, PartsWriter } from '#domain/parts.ts';

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

test('parts are found by their names, in the order they were written, and a name nobody wrote is not there', () => {
  const parts = Parts.of([['a', bytes(3, 1)], ['b', bytes(0, 0)], ['ä', bytes(9, 2)]]);
  expect(Array.from(parts, ([name, part]) => [name, [...part]])).toEqual([['a', [1, 1, 1]], ['b', []], ['ä', [2, 2, 2, 2, 2, 2, 2, 2, 2]]]);
  expect([...parts.get('ä')!]).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2]);
  expect(parts.get('c')).toBeUndefined();
});

test('what is read from the bytes of parts is those parts, wherever on eight bytes they lie', () => {
  for (const count of [0, 1, 2, 7]) {
    const written = Parts.of(Array.from({ length: count }, (_, k) => [`part ${k}`, bytes(5 * k, k)]));
    const elsewhere = new Uint8Array(written.bytes.length + 16);
    elsewhere.set(written.bytes, 16);
    expect(new Map(Parts.read(elsewhere.subarray(16)))).toEqual(new Map(written));
  }
});

test('a writer makes room as it goes, and what was not written is zero', () => {
  const names = new PartNames(['small', 'large', 'after']);
  const writer = new PartsWriter(names);
  writer.add(bytes(5, 7));
  const at = writer.begin(100_000);
  writer.u32[at + 24_999] = 42;
  writer.add(bytes(2, 9));
  const parts = writer.parts();
  expect([...parts.get('small')!]).toEqual([7, 7, 7, 7, 7]);
  const large = parts.get('large')!;
  expect([large.length, large.byteOffset % 8, large[99_996], large.reduce((sum, byte) => sum + byte, 0)]).toEqual([100_000, 0, 42, 42]);
  expect([...parts.get('after')!]).toEqual([9, 9]);
});

test('a name without a part is a bug of whoever writes', () => {
  const writer = new PartsWriter(new PartNames(['one', 'two']));
  writer.add(bytes(1, 1));
  expect(() => writer.parts()).toThrow('every name has its part');
});
