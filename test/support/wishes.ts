// What an account might want of a venue: orders on some rows, several on others, and now and then the end of one it placed.
import type { Wish } from '#actors/dealer.ts';
import { seededRandom } from '#clock/random.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { OrderRequest } from '#domain/order.ts';

export const ACCOUNT = 'a'.repeat(64) as NodeID;

export function wishesOf(rows: number, seed: number): Wish[] {
  const random = seededRandom(seed);
  const wishes: Wish[] = [];
  const resting: number[] = [];
  let order = 0;
  for (let row = 0; row < rows; row++) {
    const ts = 4e15 + row * 60_000; // no history
    let place = 0;
    for (let k = random.below(3); k > 0; k--) {
      order++;
      const isLimit = random.below(3) === 0;
      if (isLimit) resting.push(order);
      const side = random.below(2) === 0 ? 'buy' : 'sell';
      const quantity = BigInt(1 + random.below(1_000)) * 1_000_000n;
      const request: OrderRequest = isLimit ? { side, quantity, type: 'limit', limit: 10_000_000_000n } : { side, quantity, type: 'market' };
      wishes.push({ row, place: place++, ts, order, request });
    }
    if (resting.length > 3) wishes.push({ row, place: place++, ts, order: resting.shift()! });
  }
  return wishes;
}
