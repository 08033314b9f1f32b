// The package that is published: it builds, it runs as JavaScript alone, and a project beside it knows its types.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let dir: string;
let project: string;
/** What a command of the installed package says. */
const qmtl = (cwd: string, ...args: string[]): string => execFileSync(process.execPath, [join(dir, 'node_modules', 'qmtl', 'bin', 'qmtl.mjs'), ...args], { cwd, encoding: 'utf8' });

// As npm lays it out: the package, and what it depends on beside it.
beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'ignore' });
  dir = mkdtempSync(join(tmpdir(), 'qmtl-package-'));
  mkdirSync(join(dir, 'node_modules'));
  for (const name of readdirSync('node_modules')) if (!name.startsWith('.')) symlinkSync(resolve('node_modules', name), join(dir, 'node_modules', name));
  cpSync('dist', join(dir, 'node_modules', 'qmtl'), { recursive: true });
  qmtl(dir, 'init', 'mine');
  project = join(dir, 'mine');
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(join(dir, 'node_modules', 'qmtl'), join(project, 'node_modules', 'qmtl'));
}, 120_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('the test of a project made with it passes', () => {
  expect(qmtl(project, 'test')).toMatch(/pass 2\n/);
});

test('it backtests a strategy in TypeScript', () => {
  expect(JSON.parse(qmtl(project, 'backtest', 'strategies/golden-cross.ts', '--data', 'data/demo.csv', '--json'))).toMatchObject({ bars: 2_000, warnings: [] });
});

test('an editor knows its types', () => {
  const check = () => execFileSync(process.execPath, [resolve('node_modules/typescript-7/bin/tsc'), '-p', '.'], { cwd: project, encoding: 'utf8' });
  expect(check()).toBe('');
  writeFileSync(join(project, 'strategies', 'wrong.ts'), "import { sma } from 'qmtl';\nexport default sma(7);\n");
  expect(check).toThrow();
});
