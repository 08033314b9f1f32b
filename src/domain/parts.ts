// Named pieces of bytes, one behind the other in one piece of memory: what a checkpoint is made of. There may be a hundred thousand of
// them twice a second, so none is an object of its own before it is asked for.
//
//   0 eight bytes of whoever keeps it │ 8 parts u32 │ 12 bytes of names u32 │ lengths u32 … │ names │ parts …
//
// P1. Names and parts each begin on 8 bytes, so that numbers in a part can be read in place.
import assert from 'node:assert/strict';

/** Where a keeper has room for what it has to say of the whole. */
export const KEEPER_BYTES = 8;
/** Of what stands before the lengths. */
export const PARTS_BYTES_MIN = 16;
const BETWEEN_NAMES = '\n';
/** For the parts, where nobody says how much they will take. */
const ROOM_BYTES = 4_096;

/** The names of parts, and their bytes: spelled once for all the times that parts of these names are written. */
export class PartNames {
  readonly list: readonly string[];
  readonly bytes: Uint8Array;

  constructor(list: readonly string[]) {
    this.list = list;
    this.bytes = Buffer.from(list.join(BETWEEN_NAMES));
  }
}

export class Parts implements Iterable<readonly [string, Uint8Array]> {
  /** All of it, as drawn above. */
  readonly bytes: Uint8Array;
  readonly names: readonly string[];
  /** Where each begins, and where a further one would. */
  readonly #starts: Uint32Array;
  readonly #lengths: Uint32Array;
  /** By name, made when it is first asked for. */
  #places: ReadonlyMap<string, number> | undefined;

  constructor(bytes: Uint8Array, names: readonly string[]) {
    this.bytes = bytes;
    this.names = names;
    this.#lengths = new Uint32Array(bytes.buffer, bytes.byteOffset + PARTS_BYTES_MIN, names.length);
    this.#starts = new Uint32Array(names.length + 1);
    const namesBytes = new Uint32Array(bytes.buffer, bytes.byteOffset + 12, 1)[0]!;
    let at = padded(namesAt(names.length) + namesBytes);
    for (let k = 0; k < names.length; k++) {
      this.#starts[k] = at;
      at += padded(this.#lengths[k]!);
    }
    this.#starts[names.length] = at;
  }

  /** Of bytes that begin on 8 and hold what a writer wrote. */
  static read(bytes: Uint8Array): Parts {
    const [count, namesBytes] = new Uint32Array(bytes.buffer, bytes.byteOffset + KEEPER_BYTES, 2) as unknown as [number, number];
    return new Parts(bytes, count === 0 ? [] : Buffer.from(bytes.buffer, bytes.byteOffset + namesAt(count), namesBytes).toString().split(BETWEEN_NAMES));
  }

  static of(parts: Iterable<readonly [string, Uint8Array]>): Parts {
    const all = [...parts];
    const writer = new PartsWriter(new PartNames(all.map(([name]) => name)));
    for (const [, part] of all) writer.add(part);
    return writer.parts();
  }

  /** Lies in the bytes of all. */
  get(name: string): Uint8Array | undefined {
    this.#places ??= new Map(this.names.map((each, k) => [each, k]));
    const place = this.#places.get(name);
    return place === undefined ? undefined : this.#at(place);
  }

  *[Symbol.iterator](): Generator<readonly [string, Uint8Array]> {
    for (const [k, name] of this.names.entries()) yield [name, this.#at(k)];
  }

  #at(k: number): Uint8Array {
    return this.bytes.subarray(this.#starts[k], this.#starts[k]! + this.#lengths[k]!);
  }
}

/** Writes the parts of some names, in their order. */
export class PartsWriter {
  /** The memory that is written to, in bytes, words and doubles; all are others once room for a part had to be made. */
  u8: Uint8Array;
  u32: Uint32Array;
  f64: Float64Array;
  readonly #names: PartNames;
  #end: number;
  #count = 0;

  /** `bytes` is what all of it is expected to take. */
  constructor(names: PartNames, bytes = 0) {
    this.#names = names;
    const count = names.list.length;
    this.#end = padded(namesAt(count) + names.bytes.length);
    this.u32 = new Uint32Array(padded(Math.max(bytes, this.#end + ROOM_BYTES)) / 4);
    this.u8 = new Uint8Array(this.u32.buffer);
    this.f64 = new Float64Array(this.u32.buffer);
    this.u32[2] = count;
    this.u32[3] = names.bytes.length;
    this.u8.set(names.bytes, namesAt(count));
  }

  /** Makes room for the next part and answers where it begins, in words. */
  begin(bytes: number): number {
    const at = this.#end / 4;
    this.#end += padded(bytes);
    if (this.#end > this.u32.byteLength) this.#widen();
    this.u32[PARTS_BYTES_MIN / 4 + this.#count++] = bytes;
    return at;
  }

  add(part: Uint8Array): void {
    const at = this.begin(part.length);
    this.u8.set(part, at * 4);
  }

  parts(): Parts {
    assert(this.#count === this.#names.list.length, 'every name has its part');
    return new Parts(this.u8.subarray(0, this.#end), this.#names.list);
  }

  #widen(): void {
    const wider = new Uint32Array(2 ** Math.ceil(Math.log2(this.#end / 4)));
    wider.set(this.u32);
    this.u32 = wider;
    this.u8 = new Uint8Array(wider.buffer);
    this.f64 = new Float64Array(wider.buffer);
  }
}

function namesAt(count: number): number {
  return padded(PARTS_BYTES_MIN + count * 4);
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
