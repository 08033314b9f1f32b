// A kernel's version names its bits (C2). This compares a digest of each kernel's outputs on fixed input with the one recorded for its version.
// A new kernel or a new version: run with QMTL_RECORD_BITS=1, and commit the file. A change without a new version is refused even then.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kernelNames, kernelOf, type KernelName } from '#kernels/catalog.ts';
import { CASES } from './cases.ts';
import { mapBars, outputsOf, walk } from './series.ts';

const FILE = join(import.meta.dirname, 'bits.json');
const recorded: Record<string, string> = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};

const series = [
  walk(2_000, 41),
  walk(2_000, 42, null),
  mapBars(walk(2_000, 43), (value, row) => (row % 401 === 400 ? NaN : row % 97 === 96 ? value * Math.E : row === 700 ? 1e12 : value)),
];

function digestOf(name: KernelName): string {
  const hash = createHash('sha256');
  for (const bars of series) {
    for (const params of CASES[name]) for (const column of outputsOf(name, params, bars)) hash.update(new Uint8Array(column.buffer));
  }
  return hash.digest('hex');
}

test.each(kernelNames)('%s has the bits its version stands for', (name) => {
  const key = `${name}@${kernelOf(name).version}`;
  const digest = digestOf(name);
  if (recorded[key] === undefined && process.env.QMTL_RECORD_BITS === '1') {
    recorded[key] = digest;
    const sorted = Object.fromEntries(Object.entries(recorded).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    writeFileSync(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
  }
  expect(digest, `${name} outputs other bits: give it a new version in the catalogue, then record them`).toBe(recorded[key]);
});
