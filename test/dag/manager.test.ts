// The DAG manager on the log in memory: what it writes, in which order, and what it knows again after a restart.
import { describe, expect, test } from 'vitest';
import { membersIn } from '#actors/members-entry.ts';
import { MemoryBus, type MemoryLog } from '#bus/memory.ts';
import type { Slot } from '#bus/subjects.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import type { DagManager, DagNode } from '#dag/manager.ts';
import { strategyId } from '#gateway/gateway.ts';
import type { StrategyRecord } from '#domain/lifecycle.ts';
import type { SourceID } from '#domain/bar.ts';
import { upstreamsOf } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { sma, Strategy, StreamInput, TagQueryNode } from '#sdk/mod.ts';
import type { NodeRecord, PlacementRecord } from '#supervisor/records.ts';
import { applyTo, heartbeat, killService, names, newLog, recordsIn, retireFrom, startGateway, startManager, submitTo, TTL_MS } from '../support/control.ts';
import { everything, goldenCross } from '../support/strategies.ts';

const show = async (server: MemoryLog): Promise<DagNode[]> => (await new MemoryBus(server).call<null, { nodes: DagNode[] }>(names.call('dag', 'show'), null)).nodes;
const placement = async (server: MemoryLog): Promise<Map<string, string>> => new Map([...(await recordsIn<PlacementRecord>(server, 'placement'))].map(([slot, { member }]) => [slot, member]));
const at = (instrument: string) => ({ venue: 'test', instrument, interval: '1m' });

/** Every write to the node records, in order. */
async function nodeWrites(server: MemoryLog): Promise<NodeRecord[]> {
  const writes: NodeRecord[] = [];
  await (await new MemoryBus(server).bucket<NodeRecord>('nodes')).watch((_, record) => void writes.push(record!));
  return writes;
}

describe('submissions', () => {
  test('that come together create every node once, however many are the same or share nodes', async () => {
    const server = newLog();
    await startManager(server, new SimulatedClock());
    const writes = await nodeWrites(server);
    const specs = [goldenCross.declare(), goldenCross.declare({ slow: 30 }), everything.declare()];
    const maps = await Promise.all(Array.from({ length: 30 }, (_, k) => applyTo(server, specs[k % 3]!)));
    const distinct = new Set(specs.flatMap((spec) => spec.nodes.map((node) => node.id)));
    expect(writes.length).toBe(distinct.size);
    expect(new Set(writes.map((record) => record.node.id))).toEqual(distinct);
    expect(maps.reduce((sum, map) => sum + map.created, 0)).toBe(distinct.size);
    for (const [k, { nodes, created, reused }] of maps.entries()) {
      expect(nodes.map((node) => node.nodeId)).toEqual(specs[k % 3]!.nodes.map((node) => node.id));
      expect(nodes.filter((node) => node.action === 'create').length).toBe(created);
      expect(created + reused).toBe(nodes.length);
    }
    // One subject a node, whoever asks.
    const subjects = new Map(maps.flatMap((map) => map.nodes.map((node) => [node.nodeId, node.subject])));
    for (const map of maps) for (const node of map.nodes) expect(node.subject).toBe(subjects.get(node.nodeId));
  });

  test('write a node before any node that reads it', async () => {
    const server = newLog();
    await startManager(server, new SimulatedClock());
    const writes = await nodeWrites(server);
    await Promise.all([applyTo(server, everything.declare()), applyTo(server, goldenCross.declare())]);
    const seen = new Set<string>();
    for (const { node } of writes) {
      for (const upstream of upstreamsOf(node.spec)) expect(seen).toContain(upstream.node);
      seen.add(node.id);
    }
  });

  test('are taken up where a manager that died left one half-way, and what it knew is known', async () => {
    const server = newLog();
    const clock = new SimulatedClock();
    (await startManager(server, clock)).stop();
    const spec = everything.declare();
    const bucket = await new MemoryBus(server).bucket<NodeRecord>('nodes');
    const half = spec.nodes.slice(0, 5);
    await applyTo(server, spec);
    for (const node of spec.nodes.slice(5)) await bucket.remove(node.id);
    killService(server, 'dag');
    await startManager(server, clock);
    expect(await applyTo(server, spec)).toMatchObject({ created: spec.nodes.length - half.length, reused: half.length });
    expect(await applyTo(server, spec)).toMatchObject({ created: 0, reused: spec.nodes.length });
    expect((await recordsIn(server, 'nodes')).size).toBe(spec.nodes.length);
  });

  test('are listed with the strategies that have them, failed ones left out', async () => {
    const server = newLog();
    await startManager(server, new SimulatedClock());
    const [a, b] = [goldenCross.declare(), goldenCross.declare({ slow: 30 })];
    await applyTo(server, a);
    await applyTo(server, b);
    const strategies = await new MemoryBus(server).bucket<StrategyRecord>('strategies');
    const record = (name: string, spec: StrategySpec, state: StrategyRecord['state']): StrategyRecord => ({ id: name, name, state, spec, nodes: spec.nodes.map((node) => node.id), correlationId: '' });
    await strategies.put('a', record('a', a, 'Executing'));
    await strategies.put('b', record('b', b, 'Mapped'));
    await strategies.put('c', record('c', b, 'Failed'));
    const listed = new Map((await show(server)).map((node) => [node.nodeId, node.strategies.toSorted()]));
    expect(listed.size).toBe(new Set([...a.nodes, ...b.nodes].map((node) => node.id)).size);
    expect(listed.get(a.nodes[0]!.id)).toEqual(['a', 'b']);
    expect(listed.get(a.target!.account)).toEqual(['a']);
    expect(listed.get(b.target!.account)).toEqual(['b']);
  });
});

describe('slots', () => {
  /** A manager with strategies on several slots. */
  async function busy(members: readonly string[]): Promise<{ server: MemoryLog; clock: SimulatedClock; manager: DagManager; beat: (ms: number, ...alive: string[]) => Promise<void> }> {
    const server = newLog();
    const clock = new SimulatedClock();
    for (const member of members) await heartbeat(server, member);
    const manager = await startManager(server, clock);
    for (let k = 0; k < 12; k++) await applyTo(server, goldenCross.declare(at(`I${k}`)));
    const beat = async (ms: number, ...alive: string[]): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 500) {
        for (const member of alive) await heartbeat(server, member);
        await clock.advance(500);
      }
    };
    return { server, clock, manager, beat };
  }

  test('wait for the first member and then all have one', async () => {
    const { server, beat } = await busy([]);
    expect((await placement(server)).size).toBe(0);
    await beat(1_000, 'm1');
    const slots = new Set([...(await recordsIn<NodeRecord>(server, 'nodes')).values()].map((record) => record.slot as string));
    expect(new Set((await placement(server)).keys())).toEqual(slots);
    expect(new Set((await placement(server)).values())).toEqual(new Set(['m1']));
  });

  test('of a member that is silent for its lifetime go to the others; they stay there when it comes back', async () => {
    const { server, beat } = await busy(['m1', 'm2']);
    const before = await placement(server);
    expect(new Set(before.values())).toEqual(new Set(['m1', 'm2']));
    await beat(TTL_MS - 1_000, 'm1');
    expect(await placement(server)).toEqual(before);
    await beat(2_000, 'm1');
    expect(new Set((await placement(server)).values())).toEqual(new Set(['m1']));
    await beat(10_000, 'm1', 'm2');
    expect(new Set((await placement(server)).values())).toEqual(new Set(['m1']));
  });

  test('stay where they are through a silence of all, which is the log’s or the manager’s own, whoever is heard first after it', async () => {
    const { server, clock, beat } = await busy(['m1', 'm2']);
    const before = await placement(server);
    await beat(2_000, 'm1', 'm2');
    await clock.advance(60_000);
    await heartbeat(server, 'm2');
    await clock.advance(1_000);
    await beat(2_000, 'm1', 'm2');
    expect(await placement(server)).toEqual(before);
  });

  test('move after a silence of all when one of the members is not heard again', async () => {
    const { server, clock, beat } = await busy(['m1', 'm2']);
    await clock.advance(60_000);
    await beat(TTL_MS + 1_000, 'm2');
    expect(new Set((await placement(server)).values())).toEqual(new Set(['m2']));
  });

  test('stay where they are when the manager starts again, until a member had a lifetime to be heard', async () => {
    const { server, clock, manager, beat } = await busy(['m1', 'm2']);
    const before = await placement(server);
    manager.stop();
    await clock.advance(60_000);
    await startManager(server, clock);
    await beat(TTL_MS - 1_000, 'm1');
    expect(await placement(server)).toEqual(before);
    await beat(2_000, 'm1');
    expect(new Set((await placement(server)).values())).toEqual(new Set(['m1']));
  });
});

test('a manager that is stopped leaves no timer', async () => {
  const clock = new SimulatedClock();
  const manager = await startManager(newLog(), clock);
  manager.stop();
  expect(clock.pending).toBe(0);
});

describe('nodes that no strategy has any more', () => {
  const shared = goldenCross.declare();
  const other = goldenCross.declare({ slow: 30 });
  const retention = { everyMs: 3_600_000, nodesMs: 60_000, in: { keepMs: Infinity }, out: { keepMs: Infinity } };
  const strategyIs = async (server: MemoryLog, spec: StrategySpec, state: StrategyRecord['state']): Promise<void> => {
    const record: StrategyRecord = { id: strategyId(spec), name: spec.name, state, spec, nodes: spec.nodes.map(({ id }) => id), correlationId: 'test' };
    await (await new MemoryBus(server).bucket<StrategyRecord>('strategies')).put(record.id, record);
  };
  const retired = async (server: MemoryLog): Promise<Set<string>> => new Set([...(await recordsIn<NodeRecord>(server, 'nodes')).values()].filter(({ isRetired }) => isRetired).map(({ node }) => node.id));
  const onlyShared = shared.nodes.map(({ id }) => id).filter((id) => !other.nodes.some((node) => node.id === id));

  test('are retired when their time is over, and those that others have are not', async () => {
    const server = newLog();
    const clock = new SimulatedClock();
    await startManager(server, clock, new MemoryBus(server), retention);
    for (const spec of [shared, other]) {
      await strategyIs(server, spec, 'Executing');
      await applyTo(server, spec);
    }
    await strategyIs(server, shared, 'Completed');
    await clock.advance(60_000);
    expect(await retired(server)).toEqual(new Set());
    await clock.advance(60_000);
    expect(await retired(server)).toEqual(new Set(onlyShared));
    expect((await show(server)).map(({ nodeId }) => nodeId).toSorted()).toEqual(other.nodes.map(({ id }) => id).toSorted());
  });

  test('are kept when somebody wants them again in time', async () => {
    const server = newLog();
    const clock = new SimulatedClock();
    await startManager(server, clock, new MemoryBus(server), retention);
    await applyTo(server, shared);
    await clock.advance(100_000);
    await strategyIs(server, shared, 'Executing');
    await clock.advance(600_000);
    expect(await retired(server)).toEqual(new Set());
  });

  test('do not come back for a submission that is late, of a life of its strategy that is over', async () => {
    const server = newLog();
    const clock = new SimulatedClock();
    await startManager(server, clock, new MemoryBus(server), retention);
    await strategyIs(server, shared, 'Executing');
    await applyTo(server, shared);
    await strategyIs(server, shared, 'Completed');
    await clock.advance(120_000 + 2 * TTL_MS);
    await expect(applyTo(server, shared)).rejects.toMatchObject({ code: 'STRATEGY_ENDED', retry: true });
    expect((await retired(server)).size).toBe(shared.nodes.length);
    expect(await applyTo(server, shared, 2)).toMatchObject({ created: shared.nodes.length });
  });

  test('come back as other nodes: not at once, and with nothing of their life before', async () => {
    const server = newLog();
    const clock = new SimulatedClock();
    await startManager(server, clock, new MemoryBus(server), retention);
    const { nodes } = await applyTo(server, shared);
    const { subject, nodeId } = nodes.find(({ kind }) => kind === 'sma')!;
    await new MemoryBus(server).append(subject, new Uint8Array(1));
    await clock.advance(120_000);
    expect((await retired(server)).size).toBe(shared.nodes.length);
    await expect(applyTo(server, shared)).rejects.toMatchObject({ code: 'CLUSTER_NOT_READY', retry: true });
    expect(await new MemoryBus(server).last('OUT', subject)).toBeDefined();
    await clock.advance(2 * TTL_MS);
    expect(await applyTo(server, shared)).toMatchObject({ created: shared.nodes.length, reused: 0 });
    expect(await retired(server)).toEqual(new Set());
    expect(await new MemoryBus(server).last('OUT', subject)).toBeUndefined();
    expect((await recordsIn<NodeRecord>(server, 'nodes')).get(nodeId)!.origin).toEqual({ sequence: 1, rows: {}, life: 2 });
  });
});

describe('a tag query', () => {
  const price = (instrument: string) => new StreamInput(at(instrument));
  const reader = new Strategy({ name: 'reader', build: () => ({ outputs: { mean: new TagQueryNode({ tags: ['leader'], match: 'any', interval: '1m', period: 1 }) } }) }).declare();
  const leader = (instrument: string, ...tags: readonly string[]) =>
    new Strategy({ name: ['leads', instrument, ...tags].join(' '), build: () => ({ outputs: { average: sma(price(instrument), { period: 5 }).tagged('other', ...tags) } }) }).declare();
  const query = reader.outputs['mean']!.node;
  const average = (instrument: string) => leader(instrument).outputs['average']!.node;
  /** Who the members are, entry by entry. */
  const told = (server: MemoryLog) => server.streams.IN.entries.filter(({ subject }) => subject.endsWith(query)).map((entry) => [...membersIn(entry).members].toSorted());
  const known = async (server: MemoryLog) => (await recordsIn<NodeRecord>(server, 'nodes')).get(query)!.node.members;
  const both = [average('A'), average('B')].toSorted();

  async function started() {
    const server = newLog();
    const clock = new SimulatedClock();
    const manager = await startManager(server, clock);
    const gateway = await startGateway(server, clock);
    return { server, clock, manager, gateway, publish: (...specs: readonly StrategySpec[]) => Promise.all(specs.map((spec) => submitTo(server, spec))) };
  }

  test('is told within a second of every node that carries its tags, come before it or after', async () => {
    const { server, clock, publish } = await started();
    await publish(leader('A', 'leader'));
    await publish(reader);
    await clock.advance(900);
    expect(told(server)).toEqual([[average('A')]]);
    await publish(leader('B', 'leader'), leader('C'));
    await clock.advance(900);
    expect(told(server)).toEqual([[average('A')], both]);
    expect(await known(server)).toEqual(both);
    expect((await recordsIn<NodeRecord>(server, 'nodes')).get(query)!.node.firstMembers).toEqual([average('A')]);
    const { nodes } = await new MemoryBus(server).call<object, { nodes: DagNode[] }>(names.call('dag', 'show'), {});
    expect(nodes.find(({ nodeId }) => nodeId === query)!.upstreams).toEqual(both);
  });

  test('is told of a node that another strategy gives the tag, as long as that one lives', async () => {
    const { server, clock, publish } = await started();
    await publish(reader, leader('A'));
    await clock.advance(900);
    expect(told(server)).toEqual([]);
    const [answer] = await publish(leader('A', 'leader'));
    expect(answer!.map).toMatchObject({ created: 0 });
    await clock.advance(900);
    expect(told(server)).toEqual([[average('A')]]);
    await retireFrom(server, strategyId(leader('A', 'leader')));
    await clock.advance(900);
    expect(told(server)).toEqual([[average('A')], []]);
    expect((await recordsIn<NodeRecord>(server, 'nodes')).get(average('A'))!.isRetired).toBeUndefined();
  });

  test('is told within a second that a member has gone, which stays among the nodes it is made with', async () => {
    const { server, clock, publish } = await started();
    await publish(reader, leader('A', 'leader'), leader('B', 'leader'));
    await clock.advance(900);
    await retireFrom(server, strategyId(leader('A', 'leader')));
    await clock.advance(900);
    expect(told(server)).toEqual([both, [average('B')]]);
    expect(await known(server)).toEqual(both);
  });

  test('is told by a manager that begins whatever the one before left: the record without the entry, or both', async () => {
    const { server, clock, manager, publish } = await started();
    await publish(reader, leader('A', 'leader'));
    await clock.advance(900);
    manager.stop();
    await publish(leader('B', 'leader'));
    const bucket = await new MemoryBus(server).bucket<NodeRecord>('nodes');
    const record = (await bucket.get(query))!.value;
    await bucket.put(query, { ...record, node: { ...record.node, members: both } });
    killService(server, 'dag');
    await startManager(server, clock);
    await clock.advance(900);
    await clock.advance(900);
    expect(told(server)).toEqual([[average('A')], both]);
    killService(server, 'dag');
    await startManager(server, clock);
    await clock.advance(900);
    expect(told(server)).toEqual([[average('A')], both, both]);
  });

  test('is told again what the log has lost, with the power of its server, by a manager that lived on', async () => {
    const { server, clock, publish } = await started();
    await publish(reader, leader('A', 'leader'));
    await clock.advance(900);
    const { lastSequence } = await new MemoryBus(server).state('IN');
    await publish(leader('B', 'leader'));
    await clock.advance(900);
    expect(told(server)).toEqual([[average('A')], both]);
    server.loseBehind('IN', lastSequence);
    await clock.advance(6_000);
    expect(told(server), 'and only once').toEqual([[average('A')], both]);
    server.loseBehind('IN', 0);
    await clock.advance(6_000);
    expect(told(server)).toEqual([both]);
  });

  test('is told again what the log has lost, though an entry of before was stored twice and bears a later number', async () => {
    const { server, clock, publish } = await started();
    await publish(reader, leader('A', 'leader'));
    await clock.advance(900);
    const before = (await new MemoryBus(server).last('IN', names.input('*' as Slot, '*' as SourceID)))!;
    await publish(leader('B', 'leader'));
    await clock.advance(900);
    server.loseBehind('IN', before.sequence);
    for (let k = 0; k < 2; k++) await new MemoryBus(server).append(before.subject, before.data);
    await clock.advance(6_000);
    expect(told(server)).toEqual([[average('A')], [average('A')], [average('A')], both]);
  });

  test('is never told of what reads it', async () => {
    const { server, clock, publish } = await started();
    const own = new TagQueryNode({ tags: ['leader'], match: 'any', interval: '1m', period: 1 });
    await publish(new Strategy({ name: 'above', build: () => ({ outputs: { above: own.plus(1).tagged('leader') } }) }).declare());
    await clock.advance(900);
    expect(told(server)).toEqual([]);
  });

  test('that comes again after it was retired begins anew: what it was told before is gone', async () => {
    const server = newLog();
    const clock = new SimulatedClock();
    await startManager(server, clock, new MemoryBus(server), { everyMs: 3_600_000, nodesMs: 1_000, in: { keepMs: Infinity }, out: { keepMs: Infinity } });
    await startGateway(server, clock);
    for (const spec of [reader, leader('A', 'leader'), leader('B', 'leader')]) await submitTo(server, spec);
    await clock.advance(900);
    await retireFrom(server, strategyId(reader));
    await retireFrom(server, strategyId(leader('B', 'leader')));
    await clock.advance(10_000);
    expect((await recordsIn<NodeRecord>(server, 'nodes')).get(query)!.isRetired).toBe(true);
    await clock.advance(2 * TTL_MS);
    await submitTo(server, reader);
    await clock.advance(900);
    expect((await recordsIn<NodeRecord>(server, 'nodes')).get(query)).toMatchObject({ node: { members: [average('A')] }, origin: { life: 2 } });
    const { entries, purged } = server.streams.IN;
    expect(entries.filter(({ sequence }) => !purged.has(sequence)).map((entry) => membersIn(entry))).toEqual([{ members: [average('A')], behind: 0 }]);
  });
});
