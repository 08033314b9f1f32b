// A block of rows of a paper account that holds whole amounts, two rows to an instruction: what is ordered and when it fills follows from the targets
// alone, what a fill costs from its open, what the account is worth from its closes. A row costs the same with orders as without.
//
//   turns: targets → orders, fills, positions   settle: fills → price, fee, what cash loses   mark: rows → cash, equity
//
// B1. A block is run as a whole or not at all. Rows that are not plain (a price or a target that is missing, an amount with a fraction, an order that was not
//     approved, numbers for bigint) are the host's, which comes to the same bits: `src/broker/safe-paper.ts`.
// B2. Every amount is a whole number of 1e-8 below 2^53, so sums do not depend on their order.
import { held, oneRowBack, second } from '../value';
import { PRODUCT_ERROR, SAFE_LIMIT, SCALE, partOf, partUp, unitsOf } from './money';
import { APPROVED, APPROVED_END, CASH, FEE_DIVIDEND, FEE_DIVISOR, FEE_SIGN, FILLS, PENDING, POSITION, SLIPPAGE_DIVIDEND, SLIPPAGE_DIVISOR } from './room';

/** Whole amounts below this have units below 2^53. */
const AMOUNT_LIMIT: f64 = 9e7;

/** Runs an even number of rows, at most 1,024; answers how many filled, or −1 and has done nothing that counts (B1). */
export function paper_block(open: usize, close: usize, target: usize, order: usize, fill: usize, price: usize, fee: usize, position: usize, cash: usize, equity: usize, n: i32): i32 {
  const end = <usize>n << 3;
  const count = turns(target, order, fill, price, fee, position, cash, end);
  const last = end - 8;
  if (count < 0 || !isApproved(load<f64>(order + last)) || !settle(open, fill, price, fee, cash, count) || !mark(close, position, cash, equity, end)) return -1;
  store<f64>(POSITION, load<f64>(position + last));
  store<f64>(PENDING, load<f64>(order + last));
  return count;
}

/** Writes orders, fills and positions, and empties the columns of what fills cost; answers how many fill, or −1. */
function turns(target: usize, order: usize, fill: usize, price: usize, fee: usize, position: usize, flow: usize, end: usize): i32 {
  const zero = f64x2.splat(0);
  const nothing = held(NaN);
  const limit = held(AMOUNT_LIMIT);
  const pending = load<f64>(PENDING);
  let before = f64x2.splat(load<f64>(POSITION) + pending);
  let earlier = f64x2.splat(pending);
  let at = FILLS;
  for (let k: usize = 0; k < end; k += 16) {
    const wanted = f64x2.add(v128.load(target + k), zero); // −0 is 0
    const standing = oneRowBack(before, wanted);
    const ordered = f64x2.sub(wanted, standing);
    const filled = oneRowBack(earlier, ordered);
    const isWhole = v128.and(f64x2.eq(wanted, f64x2.floor(wanted)), f64x2.lt(f64x2.abs(wanted), limit));
    if (i64x2.bitmask(isWhole) != 3) return -1;
    v128.store(order + k, ordered);
    v128.store(fill + k, filled);
    v128.store(position + k, standing);
    v128.store(price + k, nothing);
    v128.store(fee + k, zero);
    v128.store(flow + k, zero);
    const fills = <usize>i64x2.bitmask(f64x2.ne(filled, zero));
    store<u32>(at, <u32>k);
    at += (fills & 1) << 2;
    store<u32>(at, <u32>k + 8);
    at += (fills & 2) << 1;
    before = wanted;
    earlier = ordered;
  }
  return <i32>((at - FILLS) >> 2);
}

/** As a rule the first two of the list are all there are: in, and out. */
// @ts-ignore: decorator
@inline
function isApproved(quantity: f64): bool {
  return quantity == load<f64>(APPROVED) || quantity == load<f64>(APPROVED, 8) || isListed(quantity);
}

/** True for nothing as well. */
function isListed(quantity: f64): bool {
  for (let at = APPROVED + 16; at < APPROVED_END; at += 8) if (load<f64>(at) == quantity) return true;
  return quantity == 0;
}

/** Writes what every fill costs, and in `flow` by how much cash is less. */
function settle(open: usize, fill: usize, price: usize, fee: usize, flow: usize, count: i32): bool {
  const feeDividend = load<f64>(FEE_DIVIDEND);
  const feeDivisor = load<f64>(FEE_DIVISOR);
  const feeSign = load<f64>(FEE_SIGN);
  const slippageDividend = load<f64>(SLIPPAGE_DIVIDEND);
  const slippageDivisor = load<f64>(SLIPPAGE_DIVISOR);
  for (let at = FILLS; at < FILLS + (<usize>count << 2); at += 4) {
    const row = <usize>load<u32>(at);
    const quantity = load<f64>(fill + row);
    if (!isApproved(quantity)) return false;
    let paid = unitsOf(load<f64>(open + row));
    if (slippageDividend != 0) paid += copysign<f64>(partUp(Math.abs(paid), slippageDividend, slippageDivisor), quantity);
    const value = paid * quantity;
    const charged = partOf(Math.abs(value), feeDividend, feeDivisor) * feeSign;
    const lost = value + charged;
    if (!(Math.abs(paid) < SAFE_LIMIT && Math.abs(value) < SAFE_LIMIT && Math.abs(lost) < SAFE_LIMIT / 2)) return false; // two rows are added up before cash is
    store<f64>(price + row, paid / SCALE);
    store<f64>(fee + row, (charged + 0) / SCALE); // −0 is 0
    store<f64>(flow + row, lost);
  }
  return true;
}

/** Turns what cash loses into the cash that is left, and writes what the account is worth. */
function mark(close: usize, position: usize, cash: usize, equity: usize, end: usize): bool {
  const zero = f64x2.splat(0);
  const half = held(0.5);
  const scale = held(SCALE);
  const limit = held(SAFE_LIMIT);
  const error = held(PRODUCT_ERROR);
  let left = v128.load_splat<f64>(CASH);
  let isSafe = i64x2.splat(-1);
  for (let k: usize = 0; k < end; k += 16) {
    const lost = v128.load(cash + k);
    left = f64x2.sub(v128.shuffle<f64>(left, left, 1, 1), f64x2.add(lost, oneRowBack(zero, lost)));
    const product = f64x2.mul(v128.load(close + k), scale);
    const marked = f64x2.floor(f64x2.add(product, half));
    const value = f64x2.mul(marked, v128.load(position + k));
    const worth = f64x2.add(left, value);
    const isNear = f64x2.gt(f64x2.sub(half, f64x2.abs(f64x2.sub(product, marked))), f64x2.mul(f64x2.abs(product), error));
    const isSmall = f64x2.lt(f64x2.pmax(f64x2.pmax(f64x2.abs(value), f64x2.abs(worth)), f64x2.abs(left)), limit);
    isSafe = v128.and(isSafe, v128.and(isNear, isSmall));
    v128.store(cash + k, f64x2.div(left, scale));
    v128.store(equity + k, f64x2.div(worth, scale));
  }
  store<f64>(CASH, second(left));
  return i64x2.bitmask(isSafe) == 3;
}
