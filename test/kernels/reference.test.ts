// docs/reference is what `npm run reference` writes, no more and no less.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kernelNames } from '#kernels/catalog.ts';
import { operators } from '#kernels/operator.ts';
import { referenceFiles } from '../../scripts/reference/pages.ts';

const ROOT = join(import.meta.dirname, '../../docs/reference');
const files = referenceFiles();

test('every page and plot is the one the catalogue stands for: run `npm run reference`', () => {
  const there = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(ROOT, name)).isFile());
  expect(there.toSorted()).toEqual([...files.keys()].toSorted());
  for (const [name, text] of files) if (readFileSync(join(ROOT, name), 'utf8') !== text) expect.fail(`docs/reference/${name} is another`);
});

test('every kernel has its section, once', () => {
  const pages = [...files].filter(([name]) => name.endsWith('.md') && name !== 'README.md').map(([, text]) => text).join('');
  expect([...pages.matchAll(/^<a id="(\w+)">/gm)].map(([, name]) => name).toSorted()).toEqual([...kernelNames].toSorted());
});

test('every row operator has its section', () => {
  for (const name of Object.keys(operators)) expect(files.get('rows.md')).toContain(`\n## \`${name}\` `);
});

test('no plot holds anything but numbers', () => {
  for (const [name, text] of files) if (name.endsWith('.svg')) expect(text, name).not.toMatch(/NaN|Infinity|undefined/);
});
