import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nodeId } from '#domain/node-id.ts';
import type { NodeSpec } from '#domain/node-spec.ts';
import { mutated, randomFrom, randomSpec, shuffled } from './specs.ts';

const PAIRS = 100_000;

/** RFC 8785 for ASCII names, written apart from the code under test: names sorted, numbers and texts as ECMAScript prints them. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).toSorted();
  return `{${names.map((name) => `${JSON.stringify(name)}:${sorted((value as Record<string, unknown>)[name])}`).join(',')}}`;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const idOf = (spec: unknown) => nodeId(spec as NodeSpec);

function idByHand(spec: Record<string, unknown>): string {
  return sha256([spec.nodeType, ...[spec.code, spec.config, spec.schema].map((part) => sha256(sorted(part)))].join(':'));
}

describe(`${PAIRS.toLocaleString('en')} pairs of specs`, () => {
  test('the same spec rebuilt in another key order has the same id, any single change another: no false split, no false share, no collision', { timeout: 120_000 }, () => {
    const random = randomFrom(20_240_607);
    const textById = new Map<string, string>();
    const failures: unknown[] = [];
    for (let pair = 0; pair < PAIRS && failures.length < 5; pair++) {
      const spec = randomSpec(random);
      const other = mutated(random, spec);
      const [id, otherId] = [idOf(spec), idOf(other)];
      if (id !== idOf(shuffled(random, spec))) failures.push({ 'false split': spec });
      if (id !== idByHand(spec)) failures.push({ 'not the hash by hand': spec });
      if (id === otherId) failures.push({ 'false share': [spec, other] });
      for (const [known, text] of [[id, sorted(spec)], [otherId, sorted(other)]] as const) {
        if (textById.has(known) && textById.get(known) !== text) failures.push({ collision: [textById.get(known), text] });
        textById.set(known, text);
      }
    }
    expect(failures).toEqual([]);
    // Most pairs are distinct; a generator that repeats itself would prove nothing.
    expect(textById.size).toBeGreaterThan(1.8 * PAIRS);
  });
});

describe('another process', () => {
  test.each([
    ['in another time zone', { TZ: 'Asia/Kathmandu' }, []],
    ['in another language', { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }, []],
    ['without its optimising compiler, with another seed for its tables', {}, ['--no-opt', '--hash-seed=7']],
  ])('%s computes the same ids', (_, environment, flags) => {
    const ids = (): string[] => {
      const random = randomFrom(7);
      return Array.from({ length: 200 }, () => idOf(randomSpec(random)));
    };
    const program = `
      import { nodeId } from './src/domain/node-id.ts';
      import { randomFrom, randomSpec } from './test/graph/specs.ts';
      const random = randomFrom(7);
      console.log(JSON.stringify(Array.from({ length: 200 }, () => nodeId(randomSpec(random)))));`;
    const printed = execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', program], { encoding: 'utf8', env: { ...process.env, ...environment } });
    expect(JSON.parse(printed)).toEqual(ids());
  });
});
