// Retention on a real cluster: what is purged from the log of a real server is not missed, by a machine that is lost or a strategy that comes later.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NatsBus } from '#bus/nats.ts';
import { subjects } from '#bus/subjects.ts';
import { SystemClock } from '#clock/system.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { readBars } from '#feeds/csv.ts';
import { findNode } from '#sdk/follow.ts';
import { TestCluster } from '../support/cluster.ts';
import { everything, goldenCross } from '../support/strategies.ts';
import { until } from '../support/until.ts';

const SP500 = resolve('node_modules/vega-datasets/data/sp500-2000.csv');
const AT = { venue: 'demo', instrument: 'SPX', interval: '1d' };
const SET = ['--set', 'venue=demo', '--set', 'instrument=SPX', '--set', 'interval=1d'];
const source = sourceId({ venue: 'demo', instrument: 'SPX', interval: interval('1d', 'test') });

let directory: string;
let cluster: TestCluster;
let bars: readonly Float64Array[];
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'qmtl-retention-'));
  for (const name of ['everything', 'goldenCross']) writeFileSync(join(directory, `${name}.ts`), `export { ${name} as default } from ${JSON.stringify(resolve('test/support/strategies.ts'))};\n`);
  bars = (await readBars(SP500)).columns;
  cluster = new TestCluster();
  appendFileSync(join(cluster.dir, 'cluster.yml'), 'checkpoint: { uploadEveryMs: 200 }\nretention:\n  everyMs: 100\n  in: { keepMs: 500 }\n');
}, 30_000);
afterAll(async () => {
  await cluster.dispose();
  rmSync(directory, { recursive: true });
});

async function feed(rows: number): Promise<void> {
  const path = join(directory, `first-${rows}.csv`);
  writeFileSync(path, readFileSync(SP500, 'utf8').split('\n').slice(0, rows + 1).join('\n'));
  await cluster.did('feed', 'replay', path, '--rows-per-frame', '10');
}

const held = async (): Promise<number> => (await cluster.status()).streams!.find(({ stream }) => stream === 'IN')!.entries;
const expectBits = (spec: Parameters<TestCluster['expectBatchBits']>[0], from: number, to: number) => cluster.expectBatchBits(spec, new Map([[source, bars.map((column) => column.subarray(from, to))]]));

test('rows are purged when nobody needs them; a lost machine and a later strategy do not miss them', { timeout: 90_000 }, async () => {
  await cluster.did('up', '-d');
  await cluster.did('publish', join(directory, 'everything.ts'), ...SET);
  await feed(1_000);
  await expectBits(everything.declare(AT), 0, 1_000);
  // The last two uploads may both be of before the last rows; a few more bring them along.
  for (const rows of [1_010, 1_020, 1_030]) {
    await feed(rows);
    await new SystemClock().sleep(300);
  }
  await until('the first rows to be purged', async () => (await held()) < 20);
  expect(await cluster.did('status')).toMatch(/stream IN holds \d+ entries from \d+ on, \d+ MiB/);

  // Who reads from the first row on is told that it is not the first there was.
  const { id } = everything.declare(AT).nodes.find(({ spec }) => spec.nodeType === 'stream')!;
  const watched = await cluster.run('watch', id, '--no-follow', '--json');
  const { seq } = JSON.parse(watched.stdout.split('\n')[0]!) as { seq: number };
  expect(seq).toBeGreaterThan(800);
  expect(watched.stderr).toContain(`the rows before row ${seq} are not in the log any more`);

  // The member's machine is lost with its disk.
  process.kill(cluster.file().roles.find(({ name }) => name === 'member:m1')!.pid, 'SIGKILL');
  rmSync(join(cluster.dataDir, 'checkpoints'), { recursive: true });

  // A strategy comes whose first rows are gone.
  const said = await cluster.did('publish', join(directory, 'goldenCross.ts'), ...SET);
  expect(said).toMatch(/begin at the first rows the log still has/);
  await feed(1_500);
  await expectBits(everything.declare(AT), 0, 1_500);
  const spec = goldenCross.declare(AT);
  const { natsUrl, tenant } = cluster.file();
  const bus = await NatsBus.connect({ url: natsUrl, subjects: subjects(tenant), clock: new SystemClock(), name: 'test' });
  const { origin } = await findNode(bus, spec.target!.account);
  await bus.close();
  const first = origin!.rows[source]!;
  expect(first).toBeGreaterThan(900);
  await expectBits(spec, first, 1_500);
});
