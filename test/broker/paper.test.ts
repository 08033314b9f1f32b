import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FillTape } from '#broker/fill-tape.ts';
import { type Approve, PAPER_INPUTS, PAPER_OUTPUTS, PaperAccount } from '#broker/paper.ts';
import { tradesOf } from '#domain/fills.ts';
import type { OrderRequest } from '#domain/order.ts';
import { approve } from '#risk/check.ts';
import { CROSSOVER_SHA256, crossoverTargets, csvOf, generateBars, toPrices } from './crossover.ts';

const NONE = Number.NaN;

type Row = readonly [open: number, close: number, target: number];
type Output = Record<(typeof PAPER_OUTPUTS)[number], number>;
interface Terms {
  readonly cash: number;
  readonly feeBps: number;
  readonly slippageBps: number;
}

function columnsOf(rows: readonly Row[]): Float64Array[] {
  return PAPER_INPUTS.map((_, k) => Float64Array.from(rows, (row) => row[k]!));
}

function emptyOutputs(count: number): Float64Array[] {
  return PAPER_OUTPUTS.map(() => new Float64Array(count));
}

function play(terms: Terms, rows: readonly Row[]): Output[] {
  const outputs = emptyOutputs(rows.length);
  new PaperAccount(terms, approve).run(columnsOf(rows), outputs, rows.length);
  return rows.map((_, row) => Object.fromEntries(PAPER_OUTPUTS.map((name, k) => [name, outputs[k]![row]!])) as Output);
}

/** The bits of columns: NaN equals NaN and -0 differs from 0. */
function bitsOf(columns: readonly Float64Array[]): string {
  const hash = createHash('sha256');
  for (const column of columns) hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hash.digest('hex');
}

describe('one order, worked out by hand', () => {
  test('a target ordered at a close fills at the next open, not before', () => {
    expect(play({ cash: 1_000, feeBps: 0, slippageBps: 0 }, [[10, 11, 3], [12, 13, 3]])).toEqual([
      { orderQuantity: 3, fillQuantity: 0, fillPrice: NONE, fee: 0, position: 0, cash: 1_000, equity: 1_000 },
      // 1000 − 3·12 = 964; 964 + 3·13 = 1003
      { orderQuantity: 0, fillQuantity: 3, fillPrice: 12, fee: 0, position: 3, cash: 964, equity: 1_003 },
    ]);
  });

  test.each<[string, Terms, Row[], Partial<Output>]>([
    // fee 10 bps of 2·50 = 0.1; cash 1000 − 100 − 0.1
    ['a buy pays price and fee', { cash: 1_000, feeBps: 10, slippageBps: 0 }, [[50, 50, 2], [50, 50, 2]], { fee: 0.1, cash: 899.9, equity: 999.9 }],
    // buys 2 at 50 (fee 0.1), sells 2 at 60 (fee 0.12): 899.9 + 120 − 0.12
    ['a sale to flat earns price less fee', { cash: 1_000, feeBps: 10, slippageBps: 0 }, [[50, 50, 2], [50, 50, 0], [60, 61, 0]], { fillQuantity: -2, fillPrice: 60, fee: 0.12, position: 0, cash: 1_019.78, equity: 1_019.78 }],
    // +2 at 50, then −5 at 60 to reach −3: 900 + 300 = 1200; marked −3·61
    ['a reversal is one order through zero', { cash: 1_000, feeBps: 0, slippageBps: 0 }, [[50, 50, 2], [50, 50, -3], [60, 61, -3]], { fillQuantity: -5, position: -3, cash: 1_200, equity: 1_017 }],
    // +2 at 50, +1 at 60: 900 − 60
    ['an addition orders the difference', { cash: 1_000, feeBps: 0, slippageBps: 0 }, [[50, 50, 2], [50, 50, 3], [60, 70, 3]], { fillQuantity: 1, position: 3, cash: 840, equity: 1_050 }],
    // +2 at 50, −0.5 at 60: 900 + 30, marked 1.5·70
    ['a reduction sells a part', { cash: 1_000, feeBps: 0, slippageBps: 0 }, [[50, 50, 2], [50, 50, 1.5], [60, 70, 1.5]], { fillQuantity: -0.5, position: 1.5, cash: 930, equity: 1_035 }],
    // 25 bps of 40 = 0.1 more per unit
    ['slippage makes a buy dearer', { cash: 1_000, feeBps: 0, slippageBps: 25 }, [[40, 40, 1], [40, 40, 1]], { fillPrice: 40.1, cash: 959.9, equity: 999.9 }],
    // short 1: 25 bps of 40 = 0.1 less per unit
    ['slippage makes a sale cheaper', { cash: 1_000, feeBps: 0, slippageBps: 25 }, [[40, 40, -1], [40, 40, -1]], { fillPrice: 39.9, cash: 1_039.9, equity: 999.9 }],
    ['slippage of a price below zero is worse for a buyer too', { cash: 1_000, feeBps: 0, slippageBps: 100 }, [[-37.63, -37.63, 1], [-37.63, -37.63, 1]], { fillPrice: -37.2537 }],
    // 10 bps of 0.00001234 = 1.234e-8: up to 2e-8, whichever side
    ['slippage below a unit rounds against a buyer', { cash: 1, feeBps: 0, slippageBps: 10 }, [[0.00001234, 0.00001234, 1], [0.00001234, 0.00001234, 1]], { fillPrice: 0.00001236 }],
    ['slippage below a unit rounds against a seller', { cash: 1, feeBps: 0, slippageBps: 10 }, [[0.00001234, 0.00001234, -1], [0.00001234, 0.00001234, -1]], { fillPrice: 0.00001232 }],
    // fee of the slipped price: 10 bps of 40.1 = 0.0401
    ['the fee is of the value traded, slippage included', { cash: 1_000, feeBps: 10, slippageBps: 25 }, [[40, 40, 1], [40, 40, 1]], { fee: 0.0401, cash: 959.8599, equity: 999.8599 }],
    // a maker rebate of 2 bps on 100
    ['a negative fee is money received', { cash: 1_000, feeBps: -2, slippageBps: 0 }, [[100, 100, 1], [100, 100, 1]], { fee: -0.02, cash: 900.02 }],
    // 0.3·0.1 has no exact f64, 0.03 in units has
    ['fractions of a unit stay exact', { cash: 1, feeBps: 0, slippageBps: 0 }, [[0.1, 0.1, 0.3], [0.1, 0.1, 0.3]], { cash: 0.97, equity: 1 }],
    // a target finer than a unit is the nearest unit
    ['a target is rounded to 1e-8', { cash: 1, feeBps: 0, slippageBps: 0 }, [[1, 1, 1 / 3], [1, 1, 1 / 3]], { position: 0.33333333, cash: 0.66666667 }],
  ])('%s', (_, terms, rows, expected) => {
    expect(play(terms, rows).at(-1)).toMatchObject(expected);
  });
});

describe('missing values', () => {
  const terms = { cash: 100, feeBps: 0, slippageBps: 0 };

  test('a NaN target orders nothing and keeps the position', () => {
    const rows = play(terms, [[10, 10, 1], [10, 10, NONE], [10, 10, NONE]]);
    expect(rows.map((row) => row.orderQuantity)).toEqual([1, 0, 0]);
    expect(rows.at(-1)).toMatchObject({ position: 1, cash: 90 });
  });

  test('an order waits over NaN opens, and no other is placed while it waits', () => {
    const rows = play(terms, [[10, 10, 1], [NONE, 10, 5], [NONE, 10, 2], [20, 20, 2], [20, 20, 2]]);
    expect(rows.map((row) => row.orderQuantity)).toEqual([1, 0, 0, 1, 0]);
    expect(rows.map((row) => row.fillQuantity)).toEqual([0, 0, 0, 1, 1]);
    expect(rows.at(-1)).toMatchObject({ position: 2, cash: 60 });
  });

  test('equity is marked at the last close there was, and at the open of the fill before there was one', () => {
    const rows = play(terms, [[10, NONE, 1], [11, NONE, 1], [12, 14, 1], [12, NONE, 1]]);
    expect(rows.map((row) => row.equity)).toEqual([100, 100, 103, 103]);
  });

  test('infinite values count as missing', () => {
    const infinite = Number.POSITIVE_INFINITY;
    expect(play(terms, [[10, 10, 1], [infinite, infinite, infinite], [10, 12, 1]]).at(-1)).toMatchObject({ position: 1, equity: 102 });
  });
});

describe('the door to an order', () => {
  test('every order goes through approve with its side and exact quantity', () => {
    const seen: OrderRequest[] = [];
    const account = new PaperAccount({ cash: 100, feeBps: 0, slippageBps: 0 }, (request) => {
      seen.push(request);
      return approve(request);
    });
    account.run(columnsOf([[1, 1, 0.1], [1, 1, -0.2], [1, 1, -0.2]]), emptyOutputs(3), 3);
    expect(seen).toEqual([
      { side: 'buy', quantity: 10_000_000n, type: 'market' },
      { side: 'sell', quantity: 30_000_000n, type: 'market' },
    ]);
  });

  test('an order that is refused leaves the account before its row, with the rows before it done', () => {
    const rows: Row[] = Array.from({ length: 3_000 }, (_, k) => [10 + (k % 7), 11 + (k % 5), k < 2_345 ? k % 2 : 3]);
    const terms = { cash: 100_000, feeBps: 10, slippageBps: 1 };
    const doors: Approve = (request) => {
      if (request.quantity > 200_000_000n) throw new Error('too much');
      return approve(request);
    };
    const account = new PaperAccount(terms, doors);
    const outputs = emptyOutputs(rows.length).map((column) => column.fill(Number.NaN));
    expect(() => account.run(columnsOf(rows), outputs, rows.length)).toThrow('too much');
    const before = new PaperAccount(terms, doors);
    const wanted = emptyOutputs(2_345);
    before.run(columnsOf(rows.slice(0, 2_345)), wanted, 2_345);
    expect(account.snapshot()).toEqual(before.snapshot());
    expect(outputs.map((column) => column.slice(0, 2_345))).toEqual(wanted);
    expect(outputs.at(-1)!.findIndex((equity) => Number.isNaN(equity))).toBe(2_345);
  });

  test.each([
    ['feeBps', { cash: 1, feeBps: Number.NaN, slippageBps: 0 }, 'PARAM_INVALID'],
    ['slippageBps', { cash: 1, feeBps: 0, slippageBps: 10_000 }, 'PARAM_INVALID'],
    ['feeBps', { cash: 1, feeBps: 0.00001, slippageBps: 0 }, 'MONEY_INVALID'],
    ['cash', { cash: Number.POSITIVE_INFINITY, feeBps: 0, slippageBps: 0 }, 'MONEY_INVALID'],
  ])('terms that cannot be kept are refused by name: %s', (name, terms, code) => {
    expect(() => new PaperAccount(terms, approve)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(name) }));
  });

  test('an account that would hold more than 1e18 faults and says on which row', () => {
    const account = new PaperAccount({ cash: 1e18, feeBps: 0, slippageBps: 0 }, approve);
    expect(() => account.run(columnsOf([[1, 1, -1e18], [1, 1, 0]]), emptyOutputs(2), 2)).toThrow(expect.objectContaining({ code: 'MONEY_INVALID', message: expect.stringContaining('cash: ') }));
  });
});

const SCALE = 10n ** 8n;

function floorQuotient(a: bigint, b: bigint): bigint {
  return (a - (((a % b) + b) % b)) / b;
}

function nearestEven(a: bigint, b: bigint): bigint {
  const down = floorQuotient(a, b);
  const twice = 2n * (a - down * b);
  return twice > b || (twice === b && down % 2n !== 0n) ? down + 1n : down;
}

function toNumber(units: bigint): number {
  return Number(`${units}e-8`);
}

type Units = bigint | undefined;

/** Prices and targets in units, undefined where missing; the rules of the header, with nothing in it but whole numbers of any size. */
function model(cash0: bigint, feeRate: bigint, slippageRate: bigint, rows: readonly (readonly [Units, Units, Units])[]): number[][] {
  let cash = cash0;
  let position = 0n;
  let pending = 0n;
  let mark: Units;
  return rows.map(([open, close, target]) => {
    const filled = open === undefined ? 0n : pending;
    const price = filled === 0n ? 0n : tradedAt(open!, filled, slippageRate);
    const value = nearestEven(price * filled, SCALE);
    const fee = nearestEven((value < 0n ? -value : value) * feeRate, SCALE);
    cash -= value + fee;
    position += filled;
    pending -= filled;
    if (filled !== 0n) mark ??= open;
    const ordered = pending === 0n && target !== undefined ? target - position : 0n;
    pending += ordered;
    mark = close ?? mark;
    const equity = cash + nearestEven(position * (mark ?? 0n), SCALE);
    return [ordered, filled, price, fee, position, cash, equity].map((units, k) => (k === 2 && filled === 0n ? Number.NaN : toNumber(units)));
  });
}

function tradedAt(open: bigint, filled: bigint, slippageRate: bigint): bigint {
  const worse = -floorQuotient(-(open * slippageRate), SCALE);
  return filled > 0n ? open + worse : open - worse;
}

describe('rows against a model on bigint', () => {
  const units = (max: bigint): fc.Arbitrary<bigint> => fc.bigInt({ min: 1n, max });
  const price = fc.oneof(units(10n ** 13n), units(2n ** 50n));
  const target = fc.oneof(fc.constant(0n), fc.bigInt({ min: -5n, max: 5n }).map((k) => k * SCALE), fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), fc.bigInt({ min: -(2n ** 49n), max: 2n ** 49n }));
  const terms = [fc.bigInt({ min: 0n, max: 2n ** 52n }), fc.integer({ min: -1_000, max: 100_000 }), fc.integer({ min: -1_000, max: 100_000 })] as const;
  const often = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>) => fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: rare });

  function check(cash: bigint, fee: number, slippage: number, rows: readonly (readonly [Units, Units, Units])[], cut: number): void {
    const outputs = emptyOutputs(rows.length);
    const inputs = [0, 1, 2].map((k) => Float64Array.from(rows, (row) => (row[k] === undefined ? Number.NaN : toNumber(row[k]))));
    // rates of 1e-8 are hundredths of a hundredth of a basis point
    const account = new PaperAccount({ cash: toNumber(cash), feeBps: fee / 10_000, slippageBps: slippage / 10_000 }, approve);
    for (const [from, to] of [[0, cut], [cut, rows.length]] as const) account.run(inputs.map((column) => column.subarray(from, to)), outputs.map((column) => column.subarray(from, to)), to - from);
    expect(rows.map((_, row) => outputs.map((column) => column[row]!))).toEqual(model(cash, BigInt(fee), BigInt(slippage), rows));
  }

  test('the same bits, below 2^53 and beyond it', () => {
    fc.assert(fc.property(...terms, fc.array(fc.tuple(price, price, target), { minLength: 1, maxLength: 30 }), (cash, fee, slippage, rows) => check(cash, fee, slippage, rows, 0)), { numRuns: 1_500 });
  });

  test('the same bits where targets stand for a while and come back, values are missing, and a price now and then is beyond what f64 can tell', () => {
    const usual = often<Units>(units(10n ** 13n), fc.oneof(fc.constant(undefined), units(2n ** 30n).map((wholes) => wholes * SCALE)));
    const held = often<Units>(fc.constantFrom(0n, SCALE, -SCALE), fc.oneof(fc.constant(undefined), fc.constantFrom(SCALE / 3n, 7n * SCALE, 2n ** 28n * SCALE)));
    const turn = fc.tuple(held, fc.integer({ min: 1, max: 4 }));
    const prices = fc.array(fc.tuple(usual, usual), { minLength: 120, maxLength: 120 });
    fc.assert(
      fc.property(...terms, prices, fc.array(turn, { minLength: 40, maxLength: 40 }), fc.nat({ max: 119 }), (cash, fee, slippage, bars, turns, cut) => {
        const targets = turns.flatMap(([each, rows]) => Array.from({ length: rows }, () => each));
        const rows = bars.map(([open, close], k) => [open, close, targets[k]] as const);
        check(cash, fee, slippage, rows, cut);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the crossover job', () => {
  const count = 500_000;
  const bars = generateBars(count, 42);
  const inputs = [toPrices(bars.open), toPrices(bars.close), crossoverTargets(bars.close, 10, 30)];
  const terms = { cash: 100_000, feeBps: 10, slippageBps: 0 };
  const outputs = emptyOutputs(count);
  new PaperAccount(terms, approve).run(inputs, outputs, count);
  const bits = bitsOf(outputs);

  test('has the bars of the job', () => {
    expect(createHash('sha256').update(csvOf(bars)).digest('hex')).toBe(CROSSOVER_SHA256);
  });

  // Source: the job's reference in exact integers, filled at the next open.
  test('makes exactly 9,784 round trips and leaves 85,502.80096', () => {
    const tape = new FillTape();
    tape.take(bars.t, outputs);
    const trades = tradesOf(tape.fills());
    expect(trades).toHaveLength(2 * 9_784);
    expect(trades.filter((trade) => trade.side === 'buy')).toHaveLength(9_784);
    expect(outputs[PAPER_OUTPUTS.indexOf('equity')]!.at(-1)).toBe(85_502.80096);
    expect(outputs[PAPER_OUTPUTS.indexOf('position')]!.at(-1)).toBe(0);
  });

  test.each([1, 2, 3, 5, 7, 13, 100, 4_096])('gives the same bits in chunks of %d rows', (size) => {
    const account = new PaperAccount(terms, approve);
    const chunked = emptyOutputs(count);
    for (let from = 0; from < count; from += size) {
      const to = Math.min(from + size, count);
      account.run(inputs.map((column) => column.subarray(from, to)), chunked.map((column) => column.subarray(from, to)), to - from);
    }
    expect(bitsOf(chunked)).toBe(bits);
  });

  test('gives the same bits after a restart from a snapshot at any row', () => {
    const rows = 5_000;
    const whole = bitsOf(outputs.map((column) => column.slice(0, rows)));
    for (let cut = 0; cut <= rows; cut += 61) {
      const first = new PaperAccount(terms, approve);
      const parts = emptyOutputs(rows);
      first.run(inputs, parts, cut);
      const second = new PaperAccount({ ...terms, cash: 1 }, approve);
      second.restore(first.snapshot());
      second.run(inputs.map((column) => column.subarray(cut)), parts.map((column) => column.subarray(cut)), rows - cut);
      expect(bitsOf(parts), `cut at row ${cut}`).toBe(whole);
    }
  });

  test('no row knows the future: with everything after it changed, it is the same', () => {
    for (const cut of [100, 1_234, 50_000]) {
      const changed = inputs.map((column) => column.slice(0, cut + 50));
      for (const column of changed) column.fill(777, cut);
      const cutOutputs = emptyOutputs(cut + 50);
      new PaperAccount(terms, approve).run(changed, cutOutputs, cut + 50);
      expect(bitsOf(cutOutputs.map((column) => column.slice(0, cut)))).toBe(bitsOf(outputs.map((column) => column.slice(0, cut))));
    }
  });
});

describe('a snapshot', () => {
  test('holds amounts beyond 2^53, a waiting order and a missing mark', () => {
    const rows: Row[] = [[1, NONE, -1e12], [NONE, NONE, 3], [1e5, NONE, 3], [1e5, 1e5, 3]];
    const whole = emptyOutputs(4);
    new PaperAccount({ cash: 1e12, feeBps: 1, slippageBps: 1 }, approve).run(columnsOf(rows), whole, 4);
    for (const cut of [1, 2, 3]) {
      const first = new PaperAccount({ cash: 1e12, feeBps: 1, slippageBps: 1 }, approve);
      const parts = emptyOutputs(4);
      first.run(columnsOf(rows), parts, cut);
      const second = new PaperAccount({ cash: 0, feeBps: 1, slippageBps: 1 }, approve);
      second.restore(first.snapshot());
      second.run(columnsOf(rows.slice(cut)), parts.map((column) => column.subarray(cut)), 4 - cut);
      expect(bitsOf(parts)).toBe(bitsOf(whole));
    }
  });

  test.each([
    ['cut short', (bytes: Uint8Array) => bytes.subarray(0, 40)],
    ['of another version', (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, k) => (k === 0 ? 99 : byte))],
    ['empty', () => new Uint8Array(0)],
  ])('%s is refused', (_, damage) => {
    const account = new PaperAccount({ cash: 1, feeBps: 0, slippageBps: 0 }, approve);
    expect(() => account.restore(damage(account.snapshot()))).toThrow(expect.objectContaining({ code: 'CHECKPOINT_DAMAGED' }));
  });
});
