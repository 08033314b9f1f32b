import { expect, test } from 'vitest';
import { Turns } from '#bus/turns.ts';

test('no more have their turn at once than may, each in the order it came, one that failed like the others', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const taken = Array.from({ length: 5 }, (_, k) =>
    turns
      .take(async () => {
        begun.push(k);
        await new Promise<void>((end) => (ends[k] = end));
        if (k === 1) throw new Error('no');
        return k;
      })
      .catch((error: unknown) => (error as Error).message),
  );
  const settle = (): Promise<void> => new Promise((done) => setImmediate(done));
  await settle();
  expect(begun).toEqual([0, 1]);
  ends[1]!();
  await settle();
  expect(begun).toEqual([0, 1, 2]);
  ends[0]!();
  ends[2]!();
  await settle();
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  ends[3]!();
  ends[4]!();
  expect(await Promise.all(taken)).toEqual([0, 'no', 2, 3, 4]);
  expect(await turns.take(async () => 'free')).toBe('free');
});

test('turns are idle when nobody has one or waits for one', async () => {
  const turns = new Turns(1);
  await turns.idle();
  const ends: (() => void)[] = [];
  for (let k = 0; k < 2; k++) void turns.take(() => new Promise<void>((end) => ends.push(end)));
  let isIdle = false;
  void turns.idle().then(() => (isIdle = true));
  const settle = (): Promise<void> => new Promise((done) => setImmediate(done));
  await settle();
  ends[0]!();
  await settle();
  expect([ends.length, isIdle]).toEqual([2, false]);
  ends[1]!();
  await settle();
  expect(isIdle).toBe(true);
});
