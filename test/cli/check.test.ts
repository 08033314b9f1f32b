import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CommandLoop, expectRefused } from '../support/qmtl.ts';

const SP500 = resolve('node_modules/vega-datasets/data/sp500-2000.csv');
/** Refused when it is run: the window's memory is behind a name that is put together, where the declaration cannot see it. */
const CHEAT = `import { Node, Strategy, StreamInput } from 'qmtl';
export default new Strategy({
  name: 'cheat',
  build() {
    const { close } = new StreamInput({ venue: 'demo', instrument: 'SPX', interval: '1d' });
    const tomorrow = new Node({ inputs: { close }, period: 1, compute: (window) => new Float64Array(window.close['buf' + 'fer'], 0, 2)[1] });
    return { target: tomorrow.named('tomorrow').gt(close) };
  },
});
`;
let dir: string;
let loop: CommandLoop;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-check-'));
  loop = new CommandLoop({ cwd: dir });
  writeFileSync(join(dir, 'cheat.ts'), CHEAT);
});
afterAll(() => {
  loop.stop();
  rmSync(dir, { recursive: true });
});

test('check lookahead refuses a node that reaches for its memory, by name and row', async () => {
  await expectRefused((args) => loop.run(args), ['check', 'lookahead', 'cheat.ts', '--data', SP500], {
    code: 'COMPUTE_FAILED',
    says: /node tomorrow: compute gave undefined where a number was due at row 1 of the data, the bar of 2000-01-03/,
    cure: /one number per output/,
  });
});

test('check lookahead says how much it compared when there is nothing to find', async () => {
  const { code, stdout } = await loop.run(['check', 'lookahead', resolve('examples/golden-cross.ts'), '--data', SP500]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^no look-ahead: [\d,]+ values of 6 nodes are the same bits/);
});

test('check warmup tells what needs more rows than it declares', async () => {
  const { code, stdout } = await loop.run(['check', 'warmup', resolve('examples/dip-in-trend.ts'), '--data', SP500]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^rsi \w+ +14 +\d{3} {2}within the tolerance only \d+ rows after its first value$/m);
  expect(stdout).toMatch(/^begin the data at least \d+ rows before/m);
  const { stdout: json } = await loop.run(['check', 'warmup', resolve('examples/golden-cross.ts'), '--data', SP500, '--json']);
  expect(JSON.parse(json)).toMatchObject({ tolerance: 1e-9, nodes: expect.arrayContaining([expect.objectContaining({ declaredRows: 9, settledRows: 9 })]) });
});
