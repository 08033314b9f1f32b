import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { exitOf } from '#cli/exit.ts';
import { Fault, FAULT_CODES, type FaultCode } from '#domain/fault.ts';

interface Row {
  readonly code: string;
  readonly meaning: string;
  readonly cure: string;
  readonly exit: number;
}

const rows: Row[] = readFileSync('docs/errors.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [, code = '', meaning = '', cure = '', exit = ''] = line.split('|').map((cell) => cell.trim());
    return { code: code.replaceAll('`', ''), meaning, cure, exit: Number(exit) };
  });

test('docs/errors.md lists exactly the codes there are, each once', () => {
  expect(rows.map(({ code }) => code).toSorted()).toEqual(Object.keys(FAULT_CODES).toSorted());
});

test.each(rows.map((row) => [row.code, row] as const))('%s means on the page what it means in the code, has a cure and its exit code', (code, row) => {
  expect(row.meaning).toBe(FAULT_CODES[code as FaultCode]);
  expect(row.cure.length).toBeGreaterThan(10);
  expect(row.exit).toBe(exitOf(new Fault(code as FaultCode, 'x')));
});

test('every code is thrown somewhere', () => {
  const text = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && path !== 'domain/fault.ts' && path !== 'cli/exit.ts')
    .map((path) => readFileSync(`src/${path}`, 'utf8'))
    .join('\n');
  expect(Object.keys(FAULT_CODES).filter((code) => !text.includes(`'${code}'`))).toEqual([]);
});
