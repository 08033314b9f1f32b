// The whole cluster with a real nats-server and real processes, on real bars, with a member killed in the middle of a replay.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replay } from '#actors/feed.ts';
import { NatsBus } from '#bus/nats.ts';
import { decodeFrame } from '#bus/frame.ts';
import { slotOf, subjects } from '#bus/subjects.ts';
import { systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { loadConfig } from '#cluster/config.ts';
import { type Cluster, startCluster } from '#cluster/up.ts';
import { type BarColumns, type Source, sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { readBars } from '#feeds/csv.ts';
import type { ClusterStatus } from '#gateway/gateway.ts';
import { LIVE_CONFIRMATION, Runner, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import type { Venue } from '#broker/venue.ts';
import { submit } from '#sdk/submit.ts';
import { logger } from '#telemetry/log.ts';
import { entriesOn } from '../support/log.ts';
import { bracketed, everything, goldenCross } from '../support/strategies.ts';
import { batchRows, expectSameBits, rowsOfFrames } from '../support/truth.ts';
import { until } from '../support/until.ts';

const clock = new SystemClock();
const log = logger({ role: 'test', level: 'silent' });
const names = subjects('default');
const SLOTS = 64;
const params = { venue: 'demo', instrument: 'SPX', interval: '1d' };
const source: Source = { venue: 'demo', instrument: 'SPX', interval: interval('1d') };

let dir: string;
let cluster: Cluster;
let bus: NatsBus;
let columns: BarColumns;

const configIn = (path: string) => loadConfig(undefined, { flags: { dataDir: path, 'gateway.httpPort': 0, 'dagManager.httpPort': 0 } });
const start = () => startCluster(configIn(dir), { clock, random: systemRandom, log, onEvent: () => {} });
const connect = () => NatsBus.connect({ url: cluster.natsUrl, subjects: names, clock, name: 'test' });
const status = () => bus.call<null, ClusterStatus>(names.call('gateway', 'status'), null);


const rowsOn = async (spec: StrategySpec, id: string): Promise<number> => {
  const last = await bus.last('OUT', names.output(slotOf(sourceId(source), SLOTS), id as never));
  if (!last) return 0;
  const { first, count } = decodeFrame(last.data, spec.name);
  return first + count;
};

async function expectClusterEqualsBatch(spec: StrategySpec, data: ReadonlyMap<string, BarColumns>): Promise<void> {
  const slot = slotOf(sourceId(source), SLOTS);
  for (const [id, rows] of batchRows(spec, data)) {
    await until(`rows of ${spec.name} ${id.slice(0, 8)}`, async () => (await rowsOn(spec, id)) === rows.first + rows.columns[0]!.length);
    expectSameBits(rowsOfFrames(await entriesOn(bus, 'OUT', names.output(slot, id))), rows, `${spec.name} ${id.slice(0, 8)}`);
  }
}

const ownerOf = async (): Promise<string> =>
  until('a member to run a slot', async () => (await status()).members.find((member) => member.shards.some((shard) => shard.slots.some((slot) => slot.state === 'running')))?.member);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'qmtl-cluster-'));
  columns = (await readBars('node_modules/vega-datasets/data/sp500-2000.csv')).columns;
  cluster = await start();
  bus = await connect();
});

afterAll(async () => {
  await bus?.close();
  await cluster?.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('a cluster of two members with two shards each', () => {
  const first = goldenCross.declare(params, { cash: 100_000, feeBps: 5, slippageBps: 1 });
  const second = goldenCross.declare({ ...params, slow: 30 }, { cash: 100_000, feeBps: 5, slippageBps: 1 });
  const third = everything.declare(params);
  const fourth = bracketed.declare(params);

  test('reuses the nodes two strategies share, and answers the same map when one is submitted again, also many times at once', async () => {
    const a = await submit(bus, names, first, 'c1');
    expect(a.map).toMatchObject({ created: first.nodes.length, reused: 0 });
    const shared = first.nodes.filter((node) => second.nodes.some((other) => other.id === node.id)).length;
    const answers = await Promise.all(Array.from({ length: 8 }, (_, k) => submit(bus, names, second, `c2-${k}`)));
    const created = answers.map((answer) => answer.map.created);
    expect(created.reduce((sum, count) => sum + count, 0)).toBe(second.nodes.length - shared);
    expect(new Set(answers.map((answer) => answer.strategyId)).size).toBe(1);
    expect(new Set(answers.flatMap((answer) => answer.map.nodes.map((node) => node.subject))).size).toBe(new Set(answers[0]!.map.nodes.map((node) => node.subject)).size);
  });

  test('runs on from its checkpoint after a kill -9 in mid-replay: every subject holds the backtest’s bits, none missing, none twice', async () => {
    // 5,105 daily bars, about 3 s, one row a message.
    const feeding = replay({ bus, clock, subjects: names }, SLOTS, source, columns, { speed: (20.3 * 365.25 * 86_400) / 3, rowsPerFrame: 1 }, () => {});
    const owner = await ownerOf();
    const watched = first.target!.ref!.node;
    await until('rows to flow', async () => (await rowsOn(first, watched)) > 1_500);
    const before = cluster.pidOf(`member:${owner}`)!;
    process.kill(before, 'SIGKILL');
    // Two more strategies come while the member is down: they are warmed from the origin and join.
    await submit(bus, names, third, 'c3');
    await submit(bus, names, fourth, 'c4');
    await feeding;
    const data = new Map([[sourceId(source) as string, columns]]);
    for (const spec of [first, second, third, fourth]) await expectClusterEqualsBatch(spec, data);
    expect(cluster.pidOf(`member:${owner}`)).not.toBe(before);
    const slot = (await status()).members.find((member) => member.member === owner)!.shards.flatMap((shard) => shard.slots)[0]!;
    expect(slot.restoredFrom).toBe('checkpoint');
    expect(slot.gapRows).toBe(0);
  });

  test('tells every event of every order as the backtest does', async () => {
    const { run: batch } = await Runner.backtest(bracketed, { data: columns, start: 0, end: '2100-01-01', params });
    const run = await Runner.dryrun(bracketed, { nats: cluster.natsUrl, params });
    const events = [];
    for await (const event of run.orderEvents({ from: 'first', untilNow: true })) events.push(event);
    await run.close();
    expect(events.length).toBeGreaterThan(1_000);
    // The last rows may still have had more events than places.
    expect(events).toEqual(batch.events().slice(0, events.length));
    expect(batch.events().length - events.length).toBeLessThan(10);
  });

  test('places the orders the backtest places, bit for bit', async () => {
    const result = await Runner.backtest(goldenCross, { data: columns, start: 0, end: '2100-01-01', params, account: { cash: 100_000, feeBps: 5, slippageBps: 1 } });
    const run = await Runner.dryrun(goldenCross, { nats: cluster.natsUrl, params, account: { cash: 100_000, feeBps: 5, slippageBps: 1 } });
    expect(run.map.created).toBe(0);
    const fills = [];
    for await (const event of run.account({ from: 'first', untilNow: true })) {
      if (event.fillQuantity !== 0) fills.push({ ts: event.ts, side: event.fillQuantity > 0 ? 'buy' : 'sell', quantity: Math.abs(event.fillQuantity), price: event.fillPrice, fee: event.fee });
    }
    await run.close();
    expect(fills.length).toBeGreaterThan(100);
    expect(fills).toEqual(result.trades);
  });

  test('shows every strategy as executing, and answers /livez, /readyz and /metrics with true values', async () => {
    const { strategies } = await until('every strategy to execute', async () => {
      const now = await status();
      return now.strategies.every((strategy) => strategy.state === 'Executing') && now;
    });
    expect(strategies).toHaveLength(4);
    const text: string[] = [];
    for (const { name, httpPort } of cluster.file().roles) {
      expect((await fetch(`http://127.0.0.1:${httpPort}/livez`)).status).toBe(200);
      await until(`${name} to be ready`, async () => (await fetch(`http://127.0.0.1:${httpPort}/readyz`)).status === 200);
      text.push(`# ${name}\n${await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text()}`);
    }
    const metrics = text.join('\n');
    const qmtl = new Set([...metrics.matchAll(/^# TYPE (qmtl_\w+)/gm)].map((match) => match[1]));
    expect([...qmtl].toSorted()).toEqual([
      'qmtl_diff_duration_ms', 'qmtl_log_bytes', 'qmtl_log_entries', 'qmtl_log_held_entries', 'qmtl_nodecache_resident_bytes', 'qmtl_queue_reuse_ratio', 'qmtl_sentinel_gap_count', 'qmtl_uneven_rows',
    ]);
    const dag = text.find((part) => part.startsWith('# dag-manager'))!;
    // One first, eight times the second, the third, the fourth, and the two dry runs' again.
    expect(Number(/qmtl_diff_duration_ms_count (\d+)/.exec(dag)![1])).toBe(13);
    const asked = first.nodes.length + 8 * second.nodes.length + third.nodes.length + 2 * fourth.nodes.length + first.nodes.length;
    const distinct = new Set([...first.nodes, ...second.nodes, ...third.nodes, ...fourth.nodes].map((node) => node.id)).size;
    expect(Number(/qmtl_queue_reuse_ratio ([\d.e-]+)/.exec(dag)![1])).toBeCloseTo((asked - distinct) / asked, 12);
    const resident = [...metrics.matchAll(/qmtl_nodecache_resident_bytes\{scope="total"\} (\d+)/g)].map((match) => Number(match[1]));
    const told = (await status()).members.map((member) => member.shards.flatMap((shard) => shard.slots).reduce((sum, slot) => sum + slot.residentBytes, 0));
    expect(Math.max(...resident)).toBe(Math.max(...told));
    expect(Math.max(...resident)).toBeGreaterThan(10_000);
  });

  test('a feed that is run again doubles nothing', async () => {
    const report = await replay({ bus, clock, subjects: names }, SLOTS, source, columns, { speed: Number.POSITIVE_INFINITY, rowsPerFrame: 256 }, () => {});
    expect(report).toEqual({ published: 0, skipped: columns[0]!.length });
  });

  test('a whole cluster that is stopped and started again goes on where it was', async () => {
    await bus.close();
    await cluster.stop();
    cluster = await start();
    bus = await connect();
    const more = columns.map((column, c) => (c === 0 ? column.map((t) => t + 25 * 365.25 * 86_400_000) : column));
    await replay({ bus, clock, subjects: names }, SLOTS, source, more, { speed: Number.POSITIVE_INFINITY, rowsPerFrame: 100 }, () => {});
    const both = columns.map((column, c) => Float64Array.of(...column, ...more[c]!));
    await expectClusterEqualsBatch(first, new Map([[sourceId(source) as string, both]]));
    await expectClusterEqualsBatch(third, new Map([[sourceId(source) as string, both]]));
  });

  test('nodes that join instruments of two slots, row for row or as of a wider interval, give the batch run’s rows', async () => {
    const pair = new Strategy({
      name: 'pair',
      build: () => {
        const a = new StreamInput({ venue: 'demo', instrument: 'AAA', interval: '1m' });
        const b = new StreamInput({ venue: 'demo', instrument: 'BBB', interval: '1m' });
        return { outputs: { spread: a.close.minus(b.close), drift: a.close.minus(sma(b.resample('5m'), { period: 3 }).asOf(a)), hours: a.resample('1h').volume } };
      },
    });
    const spec = pair.declare();
    const { walk } = await import('../support/bars.ts');
    const instruments: Source[] = ['AAA', 'BBB'].map((instrument) => ({ venue: 'demo', instrument, interval: interval('1m') }));
    expect(new Set(instruments.map((each) => slotOf(sourceId(each), SLOTS))).size).toBe(2);
    const walks = [walk(400, 1), walk(400, 2).map((column) => column.filter((_, row) => row % 3 !== 0))];
    await submit(bus, names, spec, 'pair');
    for (const part of [0, 1]) {
      for (const [k, each] of instruments.entries()) {
        const half = walks[k]!.map((column) => column.subarray(0, part === 0 ? 150 : column.length));
        await replay({ bus, clock, subjects: names }, SLOTS, each, half, { speed: Number.POSITIVE_INFINITY, rowsPerFrame: 7 }, () => {});
      }
    }
    const truth = batchRows(spec, new Map(instruments.map((each, k) => [sourceId(each) as string, walks[k]!])));
    for (const [name, { node }] of Object.entries(spec.outputs)) expect(truth.get(node)!.columns[0]!.length, name).toBeGreaterThan(name === 'hours' ? 5 : 200);
    for (const [id, rows] of truth) {
      await until(`rows of ${id.slice(0, 8)}`, async () => {
        const frames = await entriesOn(bus, 'OUT', names.outputAnywhere(id));
        return frames.length > 0 && rowsOfFrames(frames).columns[0]!.length === rows.columns[0]!.length;
      });
      expectSameBits(rowsOfFrames(await entriesOn(bus, 'OUT', names.outputAnywhere(id))), rows, id.slice(0, 8));
    }
  });

  test('a live run sends the broker the orders of bars that close after it began, each once under a name of its own, and none of history', async () => {
    const { walk } = await import('../support/bars.ts');
    const live: Source = { venue: 'demo', instrument: 'LIVE', interval: interval('1m') };
    const liveParams = { venue: live.venue, instrument: live.instrument, interval: live.interval };
    // Now is in the middle of a bar, so none closes while the run begins.
    const all = walk(720, 9, clock.now() - 300.5 * 60_000);
    const bars = all.map((column) => column.subarray(0, 600)); // half of them closed before now
    const half = bars.map((column) => column.subarray(0, 295));
    const fast = { speed: Number.POSITIVE_INFINITY, rowsPerFrame: 50 };
    await replay({ bus, clock, subjects: names }, SLOTS, live, half, fast, () => {});

    const placed: { id: string; side: string; quantity: bigint }[] = [];
    const venue: Venue = {
      place: async ({ side, quantity }, id) => {
        placed.push({ id, side, quantity });
        return { state: 'filled' };
      },
      cancel: async () => ({ state: 'rejected' }),
      find: async () => undefined,
    };
    await expect(Runner.live(goldenCross, { nats: cluster.natsUrl, venue, confirm: 'yes' as never })).rejects.toMatchObject({ code: 'ORDER_REFUSED' });
    const began = clock.now();
    const run = await Runner.live(goldenCross, { nats: cluster.natsUrl, params: liveParams, venue, confirm: LIVE_CONFIRMATION });
    await replay({ bus, clock, subjects: names }, SLOTS, live, bars, fast, () => {});

    const expected: typeof placed = [];
    await Runner.backtest(goldenCross, {
      data: bars,
      start: 0,
      end: '2100-01-01',
      params: liveParams,
      onRows: (node, rows) => {
        if (node.spec.nodeType !== 'account') return;
        for (let k = 0; k < rows.count; k++) {
          const quantity = rows.columns[0]![k]!;
          if (quantity !== 0 && rows.t[k]! + 60_000 >= began) expected.push({ id: `q-${node.id.slice(0, 20)}-${expected.length}`, side: quantity > 0 ? 'buy' : 'sell', quantity: BigInt(Math.abs(quantity)) * 100_000_000n });
        }
      },
    });
    expect(expected.length).toBeGreaterThan(10);
    await until('the orders to be placed', async () => placed.length >= expected.length);
    // The venue tells no prices. The last order may be due at an open that has not come.
    const signed = (orders: readonly { side: string; quantity: bigint }[]): number => orders.reduce((sum, { side, quantity }) => sum + (side === 'buy' ? 1 : -1) * Number(quantity / 100_000_000n), 0);
    const [standing, ...others] = await run.standing();
    expect(others).toEqual([]);
    expect(standing).toMatchObject({ instrument: '', actual: signed(placed), cash: null, open: 0 });
    expect([signed(placed), signed(placed.slice(0, -1))]).toContain(standing!.expected);
    await run.stop();
    expect(placed).toEqual(expected);

    // Rows come and go while no runner lives, in two frames at least: the last is kept and must not begin at the rows that are asked for.
    const account = names.output(slotOf(sourceId(live), SLOTS), run.run.spec.target!.account);
    const newest = async () => (await bus.last('OUT', account))!;
    for (const rows of [660, 720]) {
      await replay({ bus, clock, subjects: names }, SLOTS, live, all.map((column) => column.subarray(0, rows)), fast, () => {});
      await until(`row ${rows}`, async () => {
        const frame = decodeFrame((await newest()).data, account);
        return frame.first + frame.count === rows;
      });
    }
    await bus.purge('OUT', account, (await newest()).sequence);
    const again = await Runner.live(goldenCross, { nats: cluster.natsUrl, params: liveParams, venue, confirm: LIVE_CONFIRMATION });
    await expect(again.ended).rejects.toMatchObject({ code: 'LOG_GAP', message: expect.stringContaining('what they ordered was never sent') as string });
    await again.stop();
    expect(placed).toEqual(expected);
  });
});
