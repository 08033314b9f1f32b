// Blocks of an account in the kernels against the account by itself, on arrays of the host: the same bits, whatever the rows are.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Approve, PAPER_INPUTS, PAPER_OUTPUTS, PaperAccount } from '#broker/paper.ts';
import { Fault } from '#domain/fault.ts';
import { unitsOf } from '#domain/money.ts';
import type { Approved, OrderRequest } from '#domain/order.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import { LINE_BYTES, Memory } from '#kernels/memory.ts';
import { instantiate } from '#kernels/wasm.ts';
import { approve } from '#risk/check.ts';

const ROWS_MAX = 3_000;
const memory = new Memory();
const kernels = instantiate(memory.wasm);
const places = [...PAPER_INPUTS, ...PAPER_OUTPUTS].map(() => memory.allocate(ROWS_MAX * 8 + LINE_BYTES));

const SCALE = 100_000_000n;
/** Rules of risk: none but the form of an order, one that refuses some, one that makes them smaller. */
const RULES: Readonly<Record<string, Approve>> = {
  form: approve,
  refuses: (request) => {
    if (request.quantity === 7n * SCALE) throw new Fault('ORDER_REFUSED', 'seven are too many', { cure: 'order fewer' });
    return approve(request);
  },
  cuts: (request) => ({ ...request, quantity: request.quantity > 2n * SCALE ? 2n * SCALE : request.quantity }) as Approved<OrderRequest>,
};

/** The columns an account writes, in pieces, or the fault that ended it; how many rows were run in the kernels. */
function run(terms: AccountTerms, inputs: readonly Float64Array[], cuts: readonly number[], inKernels: boolean, rule = 'form'): { fault?: string; bits: BigUint64Array[]; blocks: number; state: Uint8Array } {
  const rows = inputs[0]!.length;
  const columns = inKernels ? places.map((at) => memory.f64.subarray(at / 8, at / 8 + rows)) : places.map(() => new Float64Array(rows));
  const [read, written] = [columns.slice(0, inputs.length), columns.slice(inputs.length)];
  read.forEach((column, k) => column.set(inputs[k]!));
  for (const column of written) column.fill(-7); // what stood there before
  const account = new PaperAccount(terms, RULES[rule]!);
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
const ODD = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 0.5, 1e8, 9e7, 1e300, 3, 0.000000005, 100.000000005, 77.123456785);
const ROWS = fc.record({
  seed: fc.array(fc.record({ open: PRICE, close: PRICE, target: fc.constantFrom(0, 0, 1, 1, -1, 2, 7), length: fc.integer({ min: 1, max: 40 }) }), { minLength: 1, maxLength: 120 }),
  odd: fc.array(fc.record({ at: fc.nat(ROWS_MAX), column: fc.nat(2), value: ODD }), { maxLength: 4 }),
  cuts: fc.array(fc.nat(ROWS_MAX), { maxLength: 4 }),
});

test('a block in the kernels has the bits of the account by itself, with any rows, terms and cuts', () => {
  let [blocks, rows] = [0, 0];
  fc.assert(
    fc.property(TERMS, fc.constantFrom(...Object.keys(RULES)), ROWS, (terms, rule, { seed, odd, cuts }) => {
      // The same rows again and again: orders are approved in the first block they come up in, and run in the kernels after it.
      const inputs = PAPER_INPUTS.map((name) => {
        const once = seed.flatMap((each) => Array.from({ length: each.length }, (_, k) => each[name] + (name === 'target' ? 0 : (k % 3) / 100)));
        return Float64Array.from({ length: ROWS_MAX - (once.length % 3) }, (_, row) => once[row % once.length]!);
      });
      for (const { at, column, value } of odd) inputs[column]![at % inputs[column]!.length] = value;
      const [alone, together] = [run(terms, inputs, cuts, false, rule), run(terms, inputs, cuts, true, rule)];
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

test('an order that is refused ends the account in the kernels’ memory as well, wherever in a block it stands', () => {
  const prices = new Float64Array(2_500).fill(100);
  const terms = { cash: 100_000, feeBps: 10, slippageBps: 0 };
  for (const row of [1_500, 1_501, 2_046, 2_047, 2_048, 2_499]) {
    const wanted = Float64Array.from(prices, (_, at) => (at < row ? (at + row + 1) % 2 : 8)); // 0 before row − 1, 1 on it: from 1 to 8 are seven
    wanted[row - 1] = 1;
    const [alone, together] = [run(terms, [prices, prices, wanted], [], false, 'refuses'), run(terms, [prices, prices, wanted], [], true, 'refuses')];
    expect(together.fault).toBe(alone.fault);
    expect(alone.fault).toContain('seven are too many');
    expect(together.state).toEqual(alone.state);
    expect(together.blocks > 0).toBe(row >= 2_048); // the block it stands in is the host's
  }
});

test('prices between two units are rounded as decimals are, held or not', () => {
  // Those whose product with 1e8 is rounded to the wrong side of a tie.
  const closes = Array.from({ length: 4_000 }, (_, k) => Number(`${k % 97}.${String(k * 1_237).padStart(8, '0')}5`)).filter((close) => Number(unitsOf(close)) !== Math.floor(close * 1e8 + 0.5)).slice(0, 8);
  expect(closes.length).toBe(8);
  for (const close of closes) {
    const marks = new Float64Array(2_048).fill(close);
    const opens = new Float64Array(2_048).fill(100);
    marks.fill(100, 0, 1_024); // plain, so that the order is approved and the kernels are asked
    const terms = { cash: 100_000, feeBps: 0, slippageBps: 0 };
    const ones = new Float64Array(2_048).fill(1);
    expect(run(terms, [opens, marks, ones], [], true).bits).toEqual(run(terms, [opens, marks, ones], [], false).bits);
  }
});

test('two fills side by side that are together more than f64 can hold are exact', () => {
  const rows = 2_100;
  const price = 1_000_000.00000001;
  const prices = new Float64Array(rows).fill(price);
  const closes = new Float64Array(rows).fill(1); // what is held is worth little
  // Bought 49, then 50 more on the next row, and sold again in two: (10^14 + 1)·99 units are odd, and beyond 2^53.
  for (const shift of [0, 1]) {
    const targets = Float64Array.from({ length: rows }, (_, row) => [0, 49, 99, 50][(row + shift) % 4]!);
    const terms = { cash: 89_999_999.5, feeBps: 0, slippageBps: 0 };
    const [alone, together] = [run(terms, [prices, closes, targets], [], false), run(terms, [prices, closes, targets], [], true)];
    expect(together.bits).toEqual(alone.bits);
    expect(together.state).toEqual(alone.state);
  }
});
