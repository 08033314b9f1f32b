// npm run examples: backtests every example that examples/README.md lists, and leaves a report of each in reports/examples.
// Bars of the S&P 500 come with vega-datasets, the others are made up by examples/data.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '#cli/main.ts';
import { csvOf, dailyBars, minuteBars } from '../examples/data.ts';

const root = join(import.meta.dirname, '..');
export const REPORTS = join(root, 'reports', 'examples');
const DATA = join(REPORTS, 'data');
const INDEX = join(root, 'node_modules', 'vega-datasets', 'data', 'sp500-2000.csv');

/** Options of `qmtl backtest` for each, its data first. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'golden-cross': ['--data', INDEX, '--fee-bps', '2', '--set', 'quantity=50'],
  'rsi-reversion': ['--data', INDEX, '--fee-bps', '2'],
  macd: ['--data', INDEX, '--fee-bps', '2'],
  keltner: ['--data', INDEX, '--fee-bps', '2'],
  turtle: ['--data', INDEX],
  'volatility-target': ['--data', INDEX],
  pairs: named('ALPHA', 'BETA'),
  rotation: named('ALPHA', 'BETA', 'GAMMA', 'DELTA', 'EPSILON', 'ZETA'),
  'opening-range': ['--data', join(DATA, 'MINUTES.csv')],
  'hourly-trend': ['--data', join(DATA, 'MINUTES.csv'), '--set', 'instrument=MINUTES', '--set', 'quantity=500', '--fee-bps', '1'],
};

function named(...instruments: readonly string[]): string[] {
  return instruments.flatMap((name) => ['--data', `${name}=${join(DATA, `${name}.csv`)}`]);
}

/** Writes data and reports; each report marks what it shares with the other examples. Throws for an example that does not run. */
export async function writeReports(names: readonly string[], say: (line: string) => void): Promise<void> {
  mkdirSync(DATA, { recursive: true });
  for (const [name, bars] of [...dailyBars(), ['MINUTES', minuteBars()] as const]) writeFileSync(join(DATA, `${name}.csv`), csvOf(bars));
  const fileOf = (name: string): string => join(root, 'examples', `${name}.ts`);
  for (const name of names) {
    const heard = { stdout: '', stderr: '' };
    const sink = (to: 'stdout' | 'stderr') => ({ write: (text: string) => void (heard[to] += text) });
    const beside = Object.keys(EXAMPLES).flatMap((other) => (other === name ? [] : ['--beside', fileOf(other)]));
    const report = join(REPORTS, `${name}.html`);
    const code = await run(['backtest', fileOf(name), ...EXAMPLES[name]!, ...beside, '--report', report], { stdout: sink('stdout'), stderr: sink('stderr'), env: { NO_COLOR: '1' } });
    if (code !== 0) throw new Error(`example ${name}: ${heard.stderr}`);
    const curve = heard.stdout.split('\n').find((line) => /[▁▂▃▄▅▆▇█]/u.test(line));
    say(`${name.padEnd(18)}${curve ?? ''}`);
  }
}

if (import.meta.main) {
  await writeReports(Object.keys(EXAMPLES), (line) => console.log(line));
  console.log(`\nreports are in ${REPORTS}`);
  process.exit(0);
}
