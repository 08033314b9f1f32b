import { expect, test } from 'vitest';
import { shrink } from './shrink.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');

test('what is left fails still, and every single event of it is needed', async () => {
  for (const needed of ['a', 'z', 'ay', 'mno', 'aceg', 'bqz']) {
    const fails = async (events: readonly string[]): Promise<boolean> => needed.split('').every((letter) => events.includes(letter));
    expect((await shrink(letters, fails)).join('')).toBe(needed);
  }
});

test('a run that fails without any event shrinks to none', async () => {
  expect(await shrink(letters, async () => true)).toEqual([]);
});

test('of two ways to fail one is left', async () => {
  const left = await shrink(letters, async (events) => events.includes('c') || (events.includes('x') && events.includes('y')));
  expect([['c'], ['x', 'y']]).toContainEqual(left);
});

test('a schedule fails with few events where many were drawn', async () => {
  const fails = async (events: readonly string[]): Promise<boolean> => events.length >= 3;
  expect(await shrink(letters, fails)).toHaveLength(3);
});
