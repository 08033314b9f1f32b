// Blocks of an account in the kernels against the account by itself, on arrays of the host: the same bits, whatever the rows are.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PAPER_INPUTS, PAPER_OUTPUTS, PaperAccount } from '#broker/paper.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import { LINE_BYTES, Memory } from '#kernels/memory.ts';
import { instantiate } from '#kernels/wasm.ts';
import { approve } from '#risk/check.ts';

const ROWS_MAX = 3_000;
const memory = new Memory();
const kernels = instantiate(memory.wasm);
const places = [...PAPER_INPUTS, ...PAPER_OUTPUTS].map(() => memory.allocate(ROWS_MAX * 8 + LINE_BYTES));

/** The columns an account writes, in pieces, or the fault that ended it; how many rows were run in the kernels. */
function run(terms: AccountTerms, inputs: readonly Float64Array[], cuts: readonly number[], inKernels: boolean): { fault?: string; bits: BigUint64Array[]; blocks: number; state: Uint8Array } {
  const rows = inputs[0]!.length;
  const columns = inKernels ? places.map((at) => memory.f64.subarray(at / 8, at / 8 + rows)) : places.map(() => new Float64Array(rows));
  const [read, written] = [columns.slice(0, inputs.length), columns.slice(inputs.length)];
  read.forEach((column, k) => column.set(inputs[k]!));
  for (const column of written) column.fill(-7); // what stood there before
  const account = new PaperAccount(terms, approve);
  let blocks = 0;
  const block: typeof kernels.paper_block = (...args) => {
    const fills = kernels.paper_block(...args);
    if (fills >= 0) blocks += args.at(-1)!;
    return fills;
  };
  const borders = [0, ...cuts.map((cut) => Math.min(cut, rows)).toSorted((a, b) => a - b), rows];
  for (let k = 1; k < borders.length; k++) {
    const piece = (column: Float64Array): Float64Array => column.subarray(borders[k - 1], borders[k]);
    try {
      account.run(read.map(piece), written.map(piece), borders[k]! - borders[k - 1]!, inKernels ? block : undefined);
    } catch (fault) {
      return { fault: String(fault), bits: [], blocks, state: account.snapshot() };
    }
  }
  return { bits: written.map((column) => new BigUint64Array(Float64Array.from(column).buffer)), blocks, state: account.snapshot() };
}

const TERMS: fc.Arbitrary<AccountTerms> = fc.record({
  cash: fc.constantFrom(100_000, 0, 0.00000001, 50_000_000, 89_999_999.5),
  feeBps: fc.constantFrom(0, 10, 2.5, -2, 0.0001, 9_999, 33.3333),
  slippageBps: fc.constantFrom(0, 0, 5, 0.37, -3),
});
const PRICE = fc.oneof(fc.integer({ min: -500, max: 100_000 }).map((ticks) => ticks / 100), fc.constantFrom(0, 0.00001234, 1e6, 123_456.78901234, 1 / 3));
/** Mostly plain rows, sometimes what the kernels leave to the host. */
const ODD = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 0.5, 1e8, 9e7, 1e300, 0.000000005, 3);
const ROWS = fc.record({
  seed: fc.array(fc.record({ open: PRICE, close: PRICE, target: fc.constantFrom(0, 0, 1, 1, -1, 2, 7), length: fc.integer({ min: 1, max: 40 }) }), { minLength: 1, maxLength: 120 }),
  odd: fc.array(fc.record({ at: fc.nat(ROWS_MAX), column: fc.nat(2), value: ODD }), { maxLength: 3 }),
  cuts: fc.array(fc.nat(ROWS_MAX), { maxLength: 4 }),
});

test('a block in the kernels has the bits of the account by itself, with any rows, terms and cuts', () => {
  let [blocks, rows] = [0, 0];
  fc.assert(
    fc.property(TERMS, ROWS, (terms, { seed, odd, cuts }) => {
      // The same rows again and again: orders are approved in the first block they come up in, and run in the kernels after it.
      const inputs = PAPER_INPUTS.map((name) => {
        const once = seed.flatMap((each) => Array.from({ length: each.length }, (_, k) => each[name] + (name === 'target' ? 0 : (k % 3) / 100)));
        return Float64Array.from({ length: ROWS_MAX - (once.length % 3) }, (_, row) => once[row % once.length]!);
      });
      for (const { at, column, value } of odd) inputs[column]![at % inputs[column]!.length] = value;
      const [alone, together] = [run(terms, inputs, cuts, false), run(terms, inputs, cuts, true)];
      expect({ ...together, blocks: 0 }).toEqual({ ...alone, blocks: 0 });
      blocks += together.blocks;
      rows += inputs[0]!.length;
    }),
    { numRuns: 400 },
  );
  expect(blocks / rows).toBeGreaterThan(0.2); // else this shows nothing
});

test('an order on every row takes the kernels as well', () => {
  const flip = Float64Array.from({ length: 2_001 }, (_, row) => (row % 2) * 3);
  const prices = Float64Array.from({ length: 2_001 }, (_, row) => 100 + (row % 7) / 100);
  const terms = { cash: 100_000, feeBps: 10, slippageBps: 5 };
  const [alone, together] = [run(terms, [prices, prices, flip], [], false), run(terms, [prices, prices, flip], [], true)];
  expect(together.bits).toEqual(alone.bits);
  expect(together.blocks).toBe(2_000 - 1_024); // the first block has its orders approved, the last row has no other beside it
});
