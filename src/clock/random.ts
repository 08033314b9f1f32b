// The only door to chance. Jitter, ids and fuzz take a Random; a seeded one makes a run repeatable.

import { getRandomValues } from 'node:crypto';

export interface Random {
  /** Uniform in [0, 1), a multiple of 2^-53. */
  next(): number;
  /** Uniform whole number in [0, bound); `bound` from 1 to 2^32. */
  below(bound: number): number;
  /** 128 bits as 32 lower-case hex digits, the form of a W3C trace id. */
  id(): string;
}

/** True chance, from the operating system. */
export const systemRandom: Random = randomFrom(() => getRandomValues(new BigUint64Array(1))[0] as bigint);

/**
 * Repeatable chance: SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
 * Equal seeds give equal sequences on every machine. Not for secrets.
 */
export function seededRandom(seed: number | bigint): Random {
  let state = BigInt.asUintN(64, BigInt(seed));
  return randomFrom(() => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  });
}

/** Builds the port on a source of 64 uniform bits. */
function randomFrom(bits64: () => bigint): Random {
  const hex16 = (): string => bits64().toString(16).padStart(16, '0');
  const next = (): number => Number(bits64() >> 11n) * 2 ** -53;
  return {
    next,
    // 53 bits against a bound of at most 32: the bias is below 2^-21 and no use of ours can see it.
    below: (bound) => Math.floor(next() * bound),
    id: () => hex16() + hex16(),
  };
}
