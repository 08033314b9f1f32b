import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Whoever has to scroll longer than this reads two ideas. */
const LINES_MAX = 400;

/** What belongs to the repository, committed or about to be. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path));
const texts = files.filter((path) => /\.(ts|mjs|js|json|md|yml|yaml|sh|html)$|^\.ci\/|^Dockerfile/.test(path)).map((path) => ({ path, text: readFileSync(path, 'utf8') }));

test('no source is longer than a person reads in one go', () => {
  const long = texts.filter(({ path, text }) => /^(src|test|scripts|assembly|bench|examples)\/.*\.(ts|mjs)$/.test(path) && text.split('\n').length > LINES_MAX);
  expect(long.map(({ path }) => path)).toEqual([]);
});

test('no file knows the machine it was written on or the registry it was installed from', () => {
  const strangers = [/\/work\/(main|shared)\b/, /\/(home|Users)\/[a-z]/, /\/tmp\/brief/, /registry\.npmjs/, /"resolved": ?"http/];
  expect(offenders(strangers)).toEqual([]);
});

test('nothing is left for later', () => {
  expect(offenders([/\b(TODO|FIXME|XXX|HACK)\b/])).toEqual([]);
});

/** Files with what they match; this one names the patterns and is left out. */
function offenders(patterns: readonly RegExp[]): string[] {
  const others = texts.filter(({ path }) => path !== 'test/house/files.test.ts');
  return others.flatMap(({ path, text }) => patterns.filter((pattern) => pattern.test(text)).map((pattern) => `${path}: ${pattern.source}`));
}

test('the README names the two commands a newcomer needs', () => {
  const readme = readFileSync('README.md', 'utf8');
  expect(readme).toContain('npm run demo');
  expect(readme).toContain('npm test');
});
