// Kernels against the tables of Tulip Indicators (three decimals, worked out from hand-made bars), for indicators TA-Lib does not have.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BAR_FIELDS, type BarField } from '#domain/bar.ts';
import { kernelOf, resolveParams, type KernelName } from '#kernels/catalog.ts';
import { outputsOf } from './series.ts';

const ORACLE = join(process.env.QMTL_ORACLE ?? join(import.meta.dirname, '../../../shared/oracle'), 'tulip');
const available = existsSync(ORACLE);

/** Ours, the parameters its options are, and what the values of its outputs are multiplied by to be ours. */
const COUNTERPARTS: Readonly<Record<string, { readonly kernel: KernelName; readonly params: readonly string[]; readonly factor?: number }>> = {
  hma: { kernel: 'hma', params: ['period'] },
  vwma: { kernel: 'vwma', params: ['period'] },
  wilders: { kernel: 'rma', params: ['period'] },
  dpo: { kernel: 'dpo', params: ['period'] },
  nvi: { kernel: 'nvi', params: [] },
  pvi: { kernel: 'pvi', params: [] },
  ao: { kernel: 'ao', params: [] },
  kvo: { kernel: 'kvo', params: ['fast', 'slow'] },
  fisher: { kernel: 'fisher', params: ['period'] },
  vhf: { kernel: 'vhf', params: ['period'] },
  qstick: { kernel: 'qstick', params: ['period'] },
};

interface Block {
  readonly name: string;
  readonly options: readonly number[];
  readonly columns: readonly Float64Array[];
}

/** `name options`, then a column in braces per input and output. */
function blocksOf(file: string): Block[] {
  const blocks: { name: string; options: number[]; columns: Float64Array[] }[] = [];
  for (const line of readFileSync(join(ORACLE, file), 'utf8').split('\n')) {
    const head = /^([a-z]\w*)((?: +-?[\d.]+)*)\s*$/.exec(line);
    if (head) blocks.push({ name: head[1]!, options: head[2]!.trim().split(/ +/).filter(Boolean).map(Number), columns: [] });
    else if (line.startsWith('{') && blocks.length > 0) blocks.at(-1)!.columns.push(Float64Array.from(line.slice(1, line.indexOf('}')).split(',').filter(Boolean), Number));
  }
  return blocks;
}

const blocks = available ? ['untest.txt', 'atoz.txt', 'extra.txt'].flatMap(blocksOf).filter(({ name }) => Object.hasOwn(COUNTERPARTS, name)) : [];

test.skipIf(!available)('every counterpart has a table', () => {
  expect([...new Set(blocks.map(({ name }) => name))].toSorted()).toEqual(Object.keys(COUNTERPARTS).toSorted());
});

test.skipIf(!available)(`Tulip's tables agree to the digits they have${available ? '' : ' (skipped: no data)'}`, () => {
  let compared = 0;
  for (const { name, options, columns } of blocks) {
    const { kernel, params: names, factor = 1 } = COUNTERPARTS[name]!;
    const params = Object.fromEntries(names.map((param, k) => [param, options[k]!]));
    const reads = kernelOf(kernel).inputs.map((input) => input.default);
    const rows = columns[0]!.length;
    const lookback = kernelOf(kernel).lookback(resolveParams(kernel, params));
    if (rows <= lookback) continue;
    const empty = new Float64Array(rows);
    const given = Object.fromEntries(BAR_FIELDS.map((field) => [field, empty])) as Record<BarField, Float64Array>;
    for (const [k, field] of reads.entries()) given[field] = columns[k]!;
    const outputs = outputsOf(kernel, params, given);
    columns.slice(reads.length).forEach((expected, k) => {
      expected.forEach((value, at) => {
        const row = rows - expected.length + at;
        if (row < lookback) return; // Tulip has its first values earlier in some
        const got = outputs[k]![row]!;
        compared++;
        expect(Math.abs(got - value * factor), `${name} ${options.join(' ')}, row ${row}: ${got} against ${value}`).toBeLessThanOrEqual(1e-3 * Math.max(1, Math.abs(value) * 1e-5));
      });
    });
  }
  expect(compared).toBeGreaterThan(100);
});
