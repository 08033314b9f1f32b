// Figures across several outputs at each moment they have in common: who is ahead of whom.
// A member that is NaN at a row is no member at that row: it gets NaN and counts for no other.
import { Node } from './custom.ts';
import type { Output } from './operators.ts';

type Members<Name extends string> = Readonly<Record<Name, Output>>;

/** The place of each member among all at a row: 1 for the least, the mean of their places for equal ones. Members may be of several instruments. */
export function rankAcross<const Name extends string>(members: Members<Name>): Members<Name> {
  return new Node({
    inputs: members,
    period: 1,
    outputs: Object.keys(members).toSorted() as Name[],
    compute: (window) => {
      const values: number[] = [];
      for (const name in window) values.push((window as Record<string, Float64Array>)[name]![0]!);
      return values.map((value) => {
        let below = 0;
        let equal = 0;
        for (const other of values) {
          if (other < value) below++;
          if (other === value) equal++;
        }
        return equal === 0 ? NaN : below + (equal + 1) / 2;
      });
    },
  }).outputs;
}

/** How many standard deviations (of the population) each member lies from the mean of all at a row; 0 where all are equal. */
export function zscoreAcross<const Name extends string>(members: Members<Name>): Members<Name> {
  return new Node({
    inputs: members,
    period: 1,
    outputs: Object.keys(members).toSorted() as Name[],
    compute: (window) => {
      const values: number[] = [];
      for (const name in window) values.push((window as Record<string, Float64Array>)[name]![0]!);
      let count = 0;
      let sum = 0;
      for (const value of values) {
        if (value !== value) continue;
        count++;
        sum += value;
      }
      const mean = sum / count;
      let squares = 0;
      for (const value of values) if (value === value) squares += (value - mean) * (value - mean);
      const deviation = Math.sqrt(squares / count);
      return values.map((value) => (value === value && deviation === 0 ? 0 : (value - mean) / deviation));
    },
  }).outputs;
}
