// A forming bar: what a strategy would say of it is what it says of the same bar once it has closed, and asking leaves no trace.
import { beforeEach, describe, expect, test } from 'vitest';
import { withUpstreams } from '#actors/assemble.ts';
import { upload } from '#actors/depot.ts';
import { Lane } from '#actors/lane.ts';
import type { SlotPorts } from '#actors/slot-terms.ts';
import { encodeFrame } from '#bus/frame.ts';
import { MemoryBus, type MemoryLog } from '#bus/memory.ts';
import { shareName } from '#bus/shares.ts';
import { slotOf } from '#bus/subjects.ts';
import { MemoryStore } from '#checkpoint/memory.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { type BarColumns, sourceId } from '#domain/bar.ts';
import { ema, Node, Runner, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import { ClusterForming } from '#sdk/cluster-forming.ts';
import type { Forming, FormingBar } from '#sdk/forming.ts';
import { logger } from '#telemetry/log.ts';
import { walk } from '../support/bars.ts';
import { applyTo, names, newLog, SLOTS, startManager } from '../support/control.ts';

const ROWS = 200;
const FROM = 120;
const at = (instrument: string) => ({ venue: 'test', instrument, interval: '1m' });
const bars = walk(ROWS, 5);
const upTo = (rows: number, columns: BarColumns = bars): BarColumns => columns.map((column) => column.slice(0, rows));
const barAt = (row: number, factor = 1): FormingBar => {
  const [t, ...prices] = bars.map((column) => column[row]!);
  const [open, high, low, close, volume] = prices.map((price) => price * factor);
  return { t: t!, open: open!, high: high!, low: low!, close: close!, volume: volume! };
};
const everywhere = { start: 0, end: '2100-01-01' } as const;

const crossing = new Strategy({
  name: 'crossing',
  build: () => {
    const price = new StreamInput(at('ABC'));
    const [fast, slow] = [ema(price, { period: 5 }), sma(price, { period: 20 })];
    return { target: fast.gt(slow).times(2), trade: price, outputs: { fast, spread: fast.minus(slow), price: price.close } };
  },
});

/** Every node's values of a row, from a run that knows no forming bar. */
async function closedAt(row: number): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  await Runner.backtest(crossing, {
    ...everywhere,
    data: upTo(row + 1),
    onRows: ({ id, spec }, rows) => spec.schema.outputs.forEach((output, k) => rows.count > 0 && (found[`${id} ${output}`] = rows.columns[k]![rows.count - 1]!)),
  });
  return found;
}

describe('behind a history', () => {
  test('each node but the account says what it says at the close of the same bar, whatever was asked before', async () => {
    const forming = await Runner.forming(crossing, { ...everywhere, data: upTo(FROM) });
    for (let row = FROM; row < FROM + 10; row++) {
      for (const factor of [1.2, 0.5, 3]) forming.peek(barAt(row, factor));
      const told = forming.peek(barAt(row));
      const closed = await closedAt(row);
      const { target, nodes } = forming.spec;
      for (const { id, spec } of nodes) {
        if (spec.nodeType === 'stream' || id === target!.account) continue;
        for (const output of spec.schema.outputs) expect(told.nodes.get(id)![output]).toBe(closed[`${id} ${output}`]);
      }
      expect(told.target).toBe(closed[`${target!.ref!.node} ${target!.ref!.output}`]);
      expect(told.outputs).toEqual({ fast: told.nodes.get(forming.spec.outputs['fast']!.node)!['value'], spread: told.nodes.get(forming.spec.outputs['spread']!.node)!['value'], price: barAt(row).close });
      forming.close(barAt(row));
    }
  });

  test('one that was asked a thousand times says the same as one that never was', async () => {
    const [asked, other] = await Promise.all([1, 2].map(() => Runner.forming(crossing, { ...everywhere, data: upTo(FROM) }))) as [Forming, Forming];
    for (let row = FROM; row < ROWS; row++) {
      for (let k = 0; k < 13; k++) asked.peek(barAt(row, 0.9 + k / 50));
      for (const each of [asked, other]) each.close(barAt(row));
    }
    const last = barAt(ROWS - 1, 1.01);
    const behind = { ...last, t: last.t + 60_000 };
    expect(asked.peek(behind)).toEqual(other.peek(behind));
  });

  test('a function of the author is not asked, a join is not told, and a node that still warms neither', async () => {
    const mixed = new Strategy({
      name: 'mixed',
      build: () => {
        const [a, b] = [new StreamInput(at('ABC')), new StreamInput(at('XYZ'))];
        const own = new Node({ inputs: { close: a.close }, period: 2, outputs: ['value'], compute: ({ close }) => close[1]! - close[0]! });
        return { outputs: { own, both: a.close.plus(b.close), hour: a.resample('1h').close, warm: sma(a, { period: 5 }), warming: sma(a, { period: 500 }), other: sma(b, { period: 5 }) } };
      },
    });
    const forming = await Runner.forming(mixed, { ...everywhere, data: { ABC: upTo(FROM), XYZ: upTo(FROM) } });
    expect(forming.peek(barAt(FROM), 'ABC').outputs).toEqual({ own: NaN, warm: expect.any(Number) as number });
    expect(forming.peek(barAt(FROM), 'test:XYZ:1m').outputs).toEqual({ other: forming.peek(barAt(FROM), 'ABC').outputs['warm'] });
    expect(() => forming.peek(barAt(FROM))).toThrow(expect.objectContaining({ code: 'DATA_SOURCE_UNBOUND', cure: 'name one of test:ABC:1m, test:XYZ:1m' }));
    expect(() => forming.peek(barAt(FROM), 'QQQ')).toThrow(/"QQQ" is nothing strategy mixed reads/);
  });

  test.each([
    ['that has closed', { ...barAt(FROM - 1) }, /has closed/],
    ['whose high is below its low', { ...barAt(FROM), high: 1, low: 2 }, /high is 1, below the low 2/],
    ['without a price', { ...barAt(FROM), close: NaN }, /close is NaN/],
  ])('a bar %s is refused, asked or closed', async (_, bar, why) => {
    const forming = await Runner.forming(crossing, { ...everywhere, data: upTo(FROM) });
    expect(() => forming.peek(bar)).toThrow(expect.objectContaining({ code: 'DATA_ROW_INVALID', message: expect.stringMatching(why) as string }));
    expect(() => forming.close(bar)).toThrow(why);
  });
});

describe('in a cluster', () => {
  const spec = crossing.declare();
  const source = sourceId(spec.target!.source);
  const slot = slotOf(source, SLOTS);
  const subject = names.input(slot, source);
  let server: MemoryLog;
  let bus: MemoryBus;
  let clock: SimulatedClock;
  const feed = async (from: number, to: number): Promise<void> => {
    const columns = bars.map((column) => column.slice(from, to));
    await bus.append(subject, encodeFrame({ kind: 'source', id: source, epoch: 0, first: from, count: to - from, inputSequence: 0, watermark: columns[0]!.at(-1)!, chains: new Uint32Array(6), columns }));
  };
  const behindHistory = async (row: number) => (await Runner.forming(crossing, { ...everywhere, data: upTo(row) })).peek(barAt(row));

  beforeEach(async () => {
    server = newLog();
    bus = new MemoryBus(server);
    clock = new SimulatedClock();
    await startManager(server, clock);
    await applyTo(server, spec);
  });

  test('is told the same, row after row as they come', async () => {
    await feed(0, 100);
    const forming = await ClusterForming.of(bus, names, clock, spec);
    for (let row = 100; row < 110; row++) {
      expect(await forming.peek(barAt(row))).toEqual(await behindHistory(row));
      await feed(row, row + 1);
      await expect(forming.peek(barAt(row))).rejects.toThrow(/has closed/);
    }
    forming.close();
  });

  test('goes on from an upload when the first rows are gone, and says what is missing when there is none', async () => {
    await feed(0, 100);
    const own = new Set(spec.nodes.filter((node) => node.spec.nodeType !== 'stream').map(({ id }) => id));
    const lane = new Lane(spec.nodes, own);
    lane.apply(server.streams.IN.entries);
    lane.takeFrames(1);
    const { identity } = await bus.state('IN');
    await feed(100, 110);
    await bus.purge('IN', subject, 2);
    await expect(ClusterForming.of(bus, names, clock, spec)).rejects.toThrow(expect.objectContaining({ code: 'LOG_GAP' }));
    const ports: SlotPorts = { bus, clock, subjects: names, store: new MemoryStore(), log: logger({ role: 'test', level: 'silent' }) };
    await upload(ports, slot, lane.checkpoint(identity), { epoch: 1, handover: undefined, wanted: own });
    const forming = await ClusterForming.of(bus, names, clock, spec);
    expect(await forming.peek(barAt(110))).toEqual(await behindHistory(110));
    forming.close();
  });

  test('is put together from the uploads of several shares of a slot', async () => {
    await feed(0, 60);
    const ids = spec.nodes.filter((node) => node.spec.nodeType !== 'stream').map(({ id }) => id);
    const { identity } = await bus.state('IN');
    const ports: SlotPorts = { bus, clock, subjects: names, store: new MemoryStore(), log: logger({ role: 'test', level: 'silent' }) };
    for (const [share, own] of [ids.slice(0, 2), ids.slice(2)].entries()) {
      const lane = new Lane(withUpstreams(new Set(own), spec.nodes), new Set(own));
      lane.apply(server.streams.IN.entries);
      lane.takeFrames(1);
      await upload(ports, shareName(slot, share), lane.checkpoint(identity), { epoch: 1, handover: undefined, wanted: new Set(ids) });
      await feed(60 + 20 * share, 80 + 20 * share);
    }
    await bus.purge('IN', subject, 2);
    const forming = await ClusterForming.of(bus, names, clock, spec);
    expect(await forming.peek(barAt(100))).toEqual(await behindHistory(100));
    forming.close();
  });

  test('that has no records of the strategy says so', async () => {
    const other = new Strategy({ name: 'other', build: () => ({ outputs: { average: sma(new StreamInput(at('QQQ')), { period: 3 }) } }) }).declare();
    await expect(ClusterForming.of(bus, names, clock, other)).rejects.toThrow(expect.objectContaining({ code: 'CLUSTER_NOT_READY', retry: true }));
  });
});
