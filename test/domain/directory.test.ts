// Directories that are made: those above them too, those that are there not again, and none where there can be none.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeDirectory } from '#domain/directory.ts';

const dir = mkdtempSync(join(tmpdir(), 'qmtl-directory-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('all that is missing is made, and what is there stays', () => {
  const path = join(dir, 'a', 'b', 'c');
  makeDirectory(path);
  writeFileSync(join(path, 'kept'), '');
  makeDirectory(path);
  expect(statSync(join(path, 'kept')).isFile()).toBe(true);
});

test('a file in the way is told', () => {
  writeFileSync(join(dir, 'file'), '');
  expect(() => makeDirectory(join(dir, 'file'))).toThrow(/EEXIST/);
  expect(() => makeDirectory(join(dir, 'file', 'below'))).toThrow(/EEXIST|ENOTDIR/);
});

test.runIf(process.platform === 'linux')('a file system that takes none is told, and not asked for ever', () => {
  expect(() => makeDirectory('/proc/x/y')).toThrow(/ENOENT/);
});
