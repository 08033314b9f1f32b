// The block of a node with a kernel, copied between linear memory and a checkpoint. A plan has ten thousand of those, so what is the same
// each time is worked out once, and nothing is allocated to write one.
import assert from 'node:assert/strict';
import type { PartsWriter } from '#domain/parts.ts';
import { beginBlock, type BlockHead, copyWords } from './block.ts';
import type { Memory } from './memory.ts';
import type { PlacedNode } from './program.ts';
import type { Ring } from './ring.ts';

export class KernelBlock {
  readonly tag: number;
  /** Rows that each column must retain. */
  readonly retain: number;
  /** In words: where the first row behind the base of each column lies … */
  readonly columns: readonly number[];
  readonly #ring: Ring;
  /** … and the state, with its length. */
  readonly #state: number;
  readonly #stateWords: number;

  constructor({ group, page, state }: PlacedNode, tag: number) {
    assert(state!.bytes % 4 === 0, 'a state is whole words');
    this.tag = tag;
    this.retain = page.retains[0]!;
    this.columns = page.bases.map((base) => base / 4);
    this.#ring = group.ring;
    this.#state = state!.address / 4;
    this.#stateWords = state!.bytes / 4;
  }

  get stateBytes(): number {
    return this.#stateWords * 4;
  }

  write({ u32 }: Memory, writer: PartsWriter): void {
    const { rows, head } = this.#ring;
    const kept = Math.min(rows, this.retain);
    let at = beginBlock(writer, this.tag, rows, kept, this.columns.length, this.stateBytes);
    for (const column of this.columns) at = copyWords(u32, column + (head - kept) * 2, kept * 2, writer.u32, at);
    copyWords(u32, this.#state, this.#stateWords, writer.u32, at);
  }

  /** Puts the rows this plan retains back before the bases, and the state where it was; a block may hold more rows, for readers of another plan. */
  pour({ words, columnsAt, rows, kept }: BlockHead, { u32 }: Memory): void {
    const needed = Math.min(rows, this.retain);
    let at = columnsAt;
    for (const column of this.columns) {
      copyWords(words, at + (kept - needed) * 2, needed * 2, u32, column - needed * 2);
      at += kept * 2;
    }
    copyWords(words, at, this.#stateWords, u32, this.#state);
  }
}
