// Elementary functions against values of mpmath at 50 digits (test/oracle-tools/elementary.py), and what the module must not contain.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { kernelNames, kernelOf } from '#kernels/catalog.ts';
import { Memory } from '#kernels/memory.ts';
import { runKernel } from '#kernels/run-kernel.ts';
import { instantiate } from '#kernels/wasm.ts';
import { ulps } from './series.ts';

const table = JSON.parse(readFileSync(join(import.meta.dirname, 'elementary.json'), 'utf8')) as Readonly<Record<string, readonly (readonly [number, number | null])[]>>;

/** An elementary function of numbers, through the plan that runs it for everybody. */
function of(name: string, x: readonly number[]): Float64Array {
  const close = Float64Array.from(x);
  return runKernel(name, {}, { open: close, high: close, low: close, close, volume: close }).outputs.value!;
}

test('every elementary function has a table', () => {
  expect(Object.keys(table).toSorted()).toEqual(kernelNames.filter((name) => kernelOf(name).op >= 131 && kernelOf(name).op <= 145).toSorted());
});

describe.each(Object.keys(table))('%s', (name) => {
  const most = ['tan', 'sinh', 'cosh', 'tanh'].includes(name) ? 2 : ['sqrt', 'ceil', 'floor'].includes(name) ? 0 : 1;

  test(`is within ${most} units in the last place over its range, and NaN outside`, () => {
    const rows = table[name]!;
    of(name, rows.map(([x]) => x)).forEach((value, row) => {
      const [x, wanted] = rows[row]!;
      if (wanted === null) expect(value, `${name}(${x})`).toBeNaN();
      else expect(ulps(value, wanted), `${name}(${x}): ${value}, not ${wanted}`).toBeLessThanOrEqual(most);
    });
  });
});

test('the module imports nothing but its memory, exports nothing but what is called, and holds no data of its own', () => {
  const bytes = readFileSync(join(import.meta.dirname, '../../build/kernels.wasm'));
  const inspector = WebAssembly.Module as unknown as { imports(module: WebAssembly.Module): unknown; exports(module: WebAssembly.Module): { name: string }[] };
  const compiled = new WebAssembly.Module(bytes);
  expect(inspector.imports(compiled)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
  expect(inspector.exports(compiled).map(({ name }) => name).toSorted()).toEqual(Object.keys(instantiate(new Memory().wasm)).toSorted());
  expect(sectionsOf(bytes)).not.toContain(DATA_SECTION);
});

const DATA_SECTION = 11;

/** Ids of the sections of a module: after eight bytes of header, an id and a length in LEB128 each. */
function sectionsOf(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at++]!);
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      length |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    at += length;
  }
  return ids;
}
