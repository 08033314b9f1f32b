import { describe, expect, test } from 'vitest';
import { approve } from '#risk/check.ts';

describe('an order request', () => {
  test('with a quantity above zero is approved as it is', () => {
    const request = { side: 'buy', quantity: 1n, type: 'market' } as const;
    expect(approve(request)).toBe(request);
  });

  test.each([
    ['quantity-positive', 0n],
    ['quantity-positive', -1n],
    ['quantity-finite', 10n ** 26n + 1n],
  ])('is refused by %s for %d units, and the fault names the rule', (rule, quantity) => {
    expect(() => approve({ side: 'sell', quantity, type: 'market' })).toThrow(
      expect.objectContaining({ code: 'ORDER_REFUSED', message: expect.stringContaining(rule), data: expect.objectContaining({ rule, side: 'sell' }) }),
    );
  });
});
