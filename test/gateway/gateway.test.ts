// The gateway on the log in memory: the life of a strategy from submission to execution or refusal, through restarts of anybody.
import { describe, expect, test } from 'vitest';
import type { BucketName, RecordBucket } from '#bus/bus.ts';
import { MemoryBus, type MemoryLog } from '#bus/memory.ts';
import type { Clock } from '#clock/clock.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { Fault } from '#domain/fault.ts';
import { type ExecutionMap, type StrategyRecord, type StrategyState, TRANSITIONS } from '#domain/lifecycle.ts';
import { nodeId } from '#domain/node-id.ts';
import type { NodeSpec } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { type ClusterStatus, strategyId } from '#gateway/gateway.ts';
import type { MemberRecord, NodeRecord } from '#supervisor/records.ts';
import { eventsOf, heartbeat, killService, names, newLog, recordsIn, retireFrom, startGateway, startManager, submitTo } from '../support/control.ts';
import { everything, goldenCross } from '../support/strategies.ts';

const STATES = Object.keys(TRANSITIONS) as StrategyState[];
const spec = goldenCross.declare();
const id = strategyId(spec);
const computed = spec.nodes.filter((node) => node.spec.nodeType !== 'stream').map((node) => node.id);

const statesOf = (server: MemoryLog, strategy = id): StrategyState[] => eventsOf(server, strategy).map((event) => event.state);
const recordOf = async (server: MemoryLog, strategy = id): Promise<StrategyRecord | undefined> => (await recordsIn<StrategyRecord>(server, 'strategies')).get(strategy);
const status = (server: MemoryLog): Promise<ClusterStatus> => new MemoryBus(server).call(names.call('gateway', 'status'), null);

async function cluster(clock: Clock = new SimulatedClock()): Promise<MemoryLog> {
  const server = newLog();
  await startManager(server, clock);
  await startGateway(server, clock);
  return server;
}

async function leave(server: MemoryLog, state: StrategyState): Promise<void> {
  const record: StrategyRecord = { id, name: spec.name, state, spec, nodes: spec.nodes.map((node) => node.id), correlationId: 'before' };
  await (await new MemoryBus(server).bucket<StrategyRecord>('strategies')).put(id, record);
}

function expectLegal(states: readonly StrategyState[], from?: StrategyState): void {
  for (const [k, state] of states.entries()) {
    const before = states[k - 1] ?? from;
    if (before === undefined || before === 'Failed' || before === 'Completed') expect(state).toBe('Submitted');
    else expect(TRANSITIONS[before]).toContain(state);
  }
}

/** The same bucket as a plain record, so that parts of it can be replaced. */
function bucketOf<T>(bucket: RecordBucket<T>): RecordBucket<T> {
  return {
    get: (key) => bucket.get(key),
    put: (key, value) => bucket.put(key, value),
    replace: (key, value, revision) => bucket.replace(key, value, revision),
    remove: (key) => bucket.remove(key),
    all: () => bucket.all(),
    watch: (callback, only) => bucket.watch(callback, only),
  };
}

describe('a submission', () => {
  test('is answered with its map once it is recorded, and executes when members run all its nodes', async () => {
    const server = await cluster();
    const answer = await submitTo(server, spec, 'mine');
    expect(answer).toMatchObject({ strategyId: id, state: 'Mapped', correlationId: 'mine' });
    expect(answer.map.created).toBe(spec.nodes.length);
    expect(await recordOf(server)).toMatchObject({ state: 'Mapped', correlationId: 'mine', name: spec.name });
    await heartbeat(server, 'm1', computed.slice(1));
    await heartbeat(server, 'm1', computed.slice(1));
    expect((await recordOf(server))!.state).toBe('Mapped');
    await heartbeat(server, 'm2', computed.slice(0, 1));
    await heartbeat(server, 'm2', computed.slice(0, 1));
    expect((await recordOf(server))!.state).toBe('Executing');
    expect(eventsOf(server, id).map(({ state, correlationId }) => [state, correlationId])).toEqual(['Submitted', 'Processing', 'Mapped', 'Executing'].map((state) => [state, 'mine']));
    expect((await status(server)).strategies).toEqual([{ id, name: spec.name, state: 'Executing', nodes: spec.nodes.length }]);
  });

  test('that comes many times at once is one strategy with one life, and each is answered', async () => {
    const server = await cluster();
    const other = everything.declare();
    const answers = await Promise.all(Array.from({ length: 40 }, (_, k) => submitTo(server, k % 4 === 0 ? other : spec)));
    expect(new Set(answers.map((answer) => answer.strategyId))).toEqual(new Set([id, strategyId(other)]));
    expect(answers.reduce((sum, answer) => sum + answer.map.created, 0)).toBe(new Set([...spec.nodes, ...other.nodes].map((node) => node.id)).size);
    expect(answers.every((answer) => answer.state === 'Mapped')).toBe(true);
    expect((await recordsIn(server, 'strategies')).size).toBe(2);
    for (const each of [id, strategyId(other)]) expect(statesOf(server, each)).toEqual(['Submitted', 'Processing', 'Mapped']);
  });

  test('that comes again later is answered the same and leaves no trace', async () => {
    const server = await cluster();
    const first = await submitTo(server, spec);
    const entries = server.streams.EVENT.entries.length;
    const second = await submitTo(server, spec);
    expect(second.map).toMatchObject({ created: 0, reused: spec.nodes.length });
    expect(second.map.nodes.map((node) => node.subject)).toEqual(first.map.nodes.map((node) => node.subject));
    expect(server.streams.EVENT.entries.length).toBe(entries);
  });

  test('does not depend on when the gateway sees its own records come back', async () => {
    /** What a watch hands over comes late, one record every 30 ms. */
    class LateBus extends MemoryBus {
      readonly #clock: Clock;
      #dueMs = 0;

      constructor(server: MemoryLog, clock: Clock) {
        super(server);
        this.#clock = clock;
      }

      override async bucket<T>(name: BucketName): Promise<RecordBucket<T>> {
        const bucket = await super.bucket<T>(name);
        const late = (run: () => void): void => {
          this.#dueMs = Math.max(this.#dueMs, this.#clock.monotonicMs()) + 30;
          this.#clock.after(this.#dueMs - this.#clock.monotonicMs(), run);
        };
        return { ...bucketOf(bucket), watch: (callback) => bucket.watch((...seen) => late(() => callback(...seen))) };
      }
    }
    const clock = new SimulatedClock();
    const server = newLog();
    // The diff ends when the first record has come back and the second has not.
    await new MemoryBus(server).serve({
      name: 'dag',
      version: '1.0.0',
      description: '',
      endpoints: { apply: { subject: names.call('dag', 'apply'), answer: async (): Promise<ExecutionMap> => clock.sleep(40).then(() => ({ nodes: [], created: 0, reused: 0 })) } },
    });
    await startGateway(server, clock, new LateBus(server, clock));
    const submitted = submitTo(server, spec);
    await clock.advance(200);
    expect((await submitted).state).toBe('Mapped');
    for (let beat = 0; beat < 3; beat++) {
      await heartbeat(server, 'm1', computed);
      await clock.advance(100);
    }
    await clock.advance(200);
    expect(statesOf(server)).toEqual(['Submitted', 'Processing', 'Mapped', 'Executing']);
  });
});

describe('the life of a strategy', () => {
  test.each(STATES)('left %s goes on only by the table when the gateway starts, it is submitted again and members run it', async (left) => {
    const clock = new SimulatedClock();
    const server = newLog();
    await leave(server, left);
    await startManager(server, clock);
    await startGateway(server, clock);
    await clock.advance(1_000);
    const answer = await submitTo(server, spec);
    for (let beat = 0; beat < 2; beat++) await heartbeat(server, 'm1', computed);
    await clock.advance(1_000);
    const due: Record<StrategyState, StrategyState[]> = {
      Submitted: ['Processing', 'Mapped', 'Executing'],
      Processing: ['Mapped', 'Executing'],
      Mapped: ['Executing'],
      Executing: [],
      Completed: ['Submitted', 'Processing', 'Mapped', 'Executing'],
      Failed: ['Submitted', 'Processing', 'Mapped', 'Executing'],
    };
    expect(statesOf(server)).toEqual(due[left]);
    expectLegal(statesOf(server), left);
    expect(answer.map.nodes.length).toBe(spec.nodes.length);
  });

  test('left half-way is taken up by the next gateway alone, and waits for a DAG manager if there is none', async () => {
    for (const left of ['Submitted', 'Processing'] as const) {
      const clock = new SimulatedClock();
      const server = newLog();
      await leave(server, left);
      const gateway = await startGateway(server, clock);
      await clock.advance(5_000);
      expect((await recordOf(server))!.state).toBe('Processing');
      await startManager(server, clock);
      await clock.advance(5_000);
      expect((await recordOf(server))!.state).toBe('Mapped');
      expectLegal(statesOf(server), left);
      gateway.stop();
    }
  });

  test('waits no longer once the gateway is stopped', async () => {
    const clock = new SimulatedClock();
    const server = newLog();
    await leave(server, 'Submitted');
    const gateway = await startGateway(server, clock);
    await clock.advance(5_000);
    gateway.stop();
    await clock.advance(5_000);
    expect(clock.pending).toBe(0);
  });

  test('stays over when it is retired while an earlier record of it is still being written', async () => {
    const clock = new SimulatedClock();
    const server = newLog();
    class SlowBus extends MemoryBus {
      override async bucket<T>(name: BucketName): Promise<RecordBucket<T>> {
        const bucket = await super.bucket<T>(name);
        const isSlow = (value: T): boolean => name === 'strategies' && (value as StrategyRecord).state === 'Mapped';
        return { ...bucketOf(bucket), put: async (key, value) => (isSlow(value) ? clock.sleep(1_000) : Promise.resolve()).then(() => bucket.put(key, value)) };
      }
    }
    await startManager(server, clock);
    await startGateway(server, clock, new SlowBus(server));
    const submitted = submitTo(server, spec);
    await clock.advance(100);
    const retired = retireFrom(server, id);
    await clock.advance(5_000);
    await Promise.all([submitted, retired]);
    expect((await recordOf(server))!.state).toBe('Completed');
    expect(statesOf(server)).toEqual(['Submitted', 'Processing', 'Mapped', 'Completed']);
  });

  test('loses no event when the gateway dies between event and record', async () => {
    class DyingBus extends MemoryBus {
      left = 0;

      override async bucket<T>(name: BucketName): Promise<RecordBucket<T>> {
        const bucket = await super.bucket<T>(name);
        const dies = async (): Promise<void> => {
          if (name === 'strategies' && this.left-- === 0) throw new Error('dead');
        };
        return { ...bucketOf(bucket), put: async (key, value) => dies().then(() => bucket.put(key, value)) };
      }

      override async append(...entry: Parameters<MemoryBus['append']>): Promise<number> {
        if (this.left-- === 0) throw new Error('dead');
        return super.append(...entry);
      }
    }
    for (let writes = 0; writes < 6; writes++) {
      const clock = new SimulatedClock();
      const server = newLog();
      await startManager(server, clock);
      const bus = new DyingBus(server);
      await startGateway(server, clock, bus);
      bus.left = writes;
      await expect(submitTo(server, spec)).rejects.toThrow('dead');
      killService(server, 'gateway');
      await startGateway(server, clock);
      await submitTo(server, spec);
      // An event may come twice; none is missing, and their order is the table's.
      const once = statesOf(server).filter((state, k, all) => state !== all[k - 1]);
      expect(once).toEqual(['Submitted', 'Processing', 'Mapped']);
      expect((await recordOf(server))!.state).toBe('Mapped');
    }
  });
});

describe('a DAG manager', () => {
  test('that is not there: a submission is refused for now, stays where it is, and works when it comes again later', async () => {
    const clock = new SimulatedClock();
    const server = newLog();
    await startGateway(server, clock);
    await expect(submitTo(server, spec)).rejects.toMatchObject({ code: 'CLUSTER_NOT_READY', retry: true });
    expect((await recordOf(server))!.state).toBe('Processing');
    await startManager(server, clock);
    expect(await submitTo(server, spec)).toMatchObject({ state: 'Mapped', map: { created: spec.nodes.length } });
    expect(statesOf(server)).toEqual(['Submitted', 'Processing', 'Mapped']);
  });

  test('that cannot write its records right now: a submission is refused for now, and works when it comes again', async () => {
    let isAway = true;
    class AwayBus extends MemoryBus {
      override async bucket<T>(name: BucketName): Promise<RecordBucket<T>> {
        const bucket = await super.bucket<T>(name);
        const put = async (key: string, value: T): Promise<number> => {
          if (isAway) throw new Fault('NATS_UNREACHABLE', `record ${key} was not written`, { retry: true });
          return bucket.put(key, value);
        };
        return { ...bucketOf(bucket), put };
      }
    }
    const clock = new SimulatedClock();
    const server = newLog();
    await startManager(server, clock, new AwayBus(server));
    await startGateway(server, clock);
    await expect(submitTo(server, spec)).rejects.toMatchObject({ code: 'NATS_UNREACHABLE', retry: true });
    expect((await recordOf(server))!.state).toBe('Processing');
    isAway = false;
    expect(await submitTo(server, spec)).toMatchObject({ state: 'Mapped', map: { created: spec.nodes.length } });
  });

  test('that refuses for good: the strategy fails with the reason, and gets a new life when it is submitted again', async () => {
    const clock = new SimulatedClock();
    const server = newLog();
    await startGateway(server, clock);
    await new MemoryBus(server).serve({
      name: 'dag',
      version: '1.0.0',
      description: '',
      endpoints: { apply: { subject: names.call('dag', 'apply'), answer: () => Promise.reject(new Fault('SUBMISSION_REFUSED', 'not this one', { cure: 'another' })) } },
    });
    await expect(submitTo(server, spec)).rejects.toMatchObject({ code: 'SUBMISSION_REFUSED', cure: 'another' });
    expect((await status(server)).strategies).toEqual([expect.objectContaining({ state: 'Failed', reason: 'not this one' })]);
    await startManager(server, clock);
    expect((await submitTo(server, spec)).state).toBe('Mapped');
    expect((await recordOf(server))!.reason).toBeUndefined();
    expect(statesOf(server)).toEqual(['Submitted', 'Processing', 'Failed', 'Submitted', 'Processing', 'Mapped']);
  });
});

describe('a submission that cannot run is refused at the door: the caller learns the code and the cure, and nothing is recorded', () => {
  /** The strategy with one node's spec changed, and honest ids all the way down, as a client of another version would send it. */
  function changed(from: StrategySpec, which: (node: NodeSpec) => boolean, change: (node: NodeSpec) => unknown): StrategySpec {
    const ids = new Map<string, string>();
    const renamed = (value: unknown): unknown => JSON.parse(JSON.stringify(value), (_, each: unknown) => (typeof each === 'string' ? (ids.get(each) ?? each) : each));
    let isChanged = false;
    const nodes = from.nodes.map((node) => {
      let next = renamed(node.spec) as NodeSpec;
      if (!isChanged && which(node.spec)) {
        next = change(next) as NodeSpec;
        isChanged = true;
      }
      ids.set(node.id, nodeId(next));
      return { ...node, id: nodeId(next), spec: next };
    });
    expect(isChanged).toBe(true);
    return { ...(renamed(from) as StrategySpec), nodes };
  }
  const isKernel = (node: NodeSpec): boolean => node.nodeType === 'kernel';
  const isSma = (node: NodeSpec): boolean => node.nodeType === 'kernel' && node.code.kernel === 'sma';
  const isCustom = (node: NodeSpec): boolean => node.nodeType === 'custom';
  const rich = everything.declare();
  const withSource = (source: string): StrategySpec => changed(rich, isCustom, (node) => ({ ...node, code: { source } }));

  const tagged = (() => {
    const query = { nodeType: 'tag-query', code: { query: 'tags', version: '1.0.0' }, config: { interval: '1m', period: 1, tags: ['trend'], match: 'any' }, schema: { outputs: ['value'] } } as unknown as NodeSpec;
    const node = { id: nodeId(query), spec: query };
    return { name: 'tagged', params: {}, nodes: [node], outputs: { found: { node: node.id, output: 'value' } } } as StrategySpec;
  })();

  test.each<[string, unknown, string]>([
    ['a NodeID that is not its spec’s hash', { ...spec, nodes: spec.nodes.map((node, k) => (k === 1 ? { ...node, id: spec.nodes[0]!.id.replace(/^./, 'f') } : node)) }, 'SPEC_INVALID'],
    ['a spec changed under its NodeID', { ...spec, nodes: spec.nodes.map((node) => (isSma(node.spec) ? { ...node, spec: { ...node.spec, config: { ...node.spec.config, period: 77 } } } : node)) }, 'SPEC_INVALID'],
    ['a kernel nobody has', changed(spec, isKernel, (node) => ({ ...node, code: { kernel: 'oracle', version: '1.0.0' } })), 'KERNEL_UNKNOWN'],
    ['a kernel of another version', changed(spec, isSma, (node) => ({ ...node, code: { kernel: 'sma', version: '99.0.0' } })), 'SPEC_INVALID'],
    ['an output its kernel does not give', changed(spec, isSma, (node) => ({ ...node, schema: { outputs: [...node.schema.outputs, 'extra'] } })), 'SPEC_INVALID'],
    ['a parameter its kernel does not know', changed(spec, isSma, (node) => ({ ...node, config: { ...node.config, params: { period: 5, colour: 1 } } })), 'PARAM_INVALID'],
    ['a period below one', changed(spec, isSma, (node) => ({ ...node, config: { ...node.config, params: { period: -5 } } })), 'PERIOD_INVALID'],
    ['code that captures', withSource('({ close }) => close[0] * factor'), 'CODE_CAPTURES'],
    ['code that reaches for the process', withSource('() => process.exit(1)'), 'CODE_CAPTURES'],
    ['code that reads the clock', withSource('() => Date.now()'), 'CODE_CAPTURES'],
    ['code that writes to its window', withSource('({ close }) => close.sort()[0]'), 'CODE_INVALID'],
    ['code that cannot be parsed', withSource('({ close }) =>'), 'CODE_INVALID'],
    ['a tag query of another version', tagged, 'SPEC_INVALID'],
    ['a node above that is not there', { ...spec, nodes: spec.nodes.slice(1) }, 'GRAPH_UPSTREAM_UNKNOWN'],
    ['nothing at all', {}, 'SPEC_INVALID'],
    ['not a strategy', 'a word', 'SPEC_INVALID'],
  ])('%s', async (_, submission, code) => {
    const server = await cluster();
    const refusal = await submitTo(server, submission as StrategySpec).then(
      () => undefined,
      (error: unknown) => error as Fault,
    );
    expect(refusal).toMatchObject({ name: 'Fault', code, retry: false });
    expect(refusal!.cure).toMatch(/\w{3}/);
    expect((await recordsIn(server, 'strategies')).size).toBe(0);
    expect((await recordsIn<NodeRecord>(server, 'nodes')).size).toBe(0);
    expect(server.streams.EVENT.entries).toEqual([]);
  });
});

test('status says which members live, by the gateway’s own clock', async () => {
  const clock = new SimulatedClock();
  const server = await cluster(clock);
  await heartbeat(server, 'm1');
  await heartbeat(server, 'm2');
  await clock.advance(3_000);
  await heartbeat(server, 'm2');
  await clock.advance(1_500);
  const alive = (members: readonly (MemberRecord & { alive: boolean })[]) => members.map((member) => [member.member, member.alive]);
  expect(alive((await status(server)).members)).toEqual([['m1', false], ['m2', true]]);
});

describe('a strategy that is retired', () => {
  test('is Completed, by its name or id, and comes back when it is submitted again', async () => {
    const server = await cluster();
    await submitTo(server, spec);
    await expect(retireFrom(server, '')).rejects.toMatchObject({ code: 'STRATEGY_UNKNOWN' });
    expect(await retireFrom(server, spec.name)).toEqual({ strategyId: id, name: spec.name, state: 'Completed' });
    expect(statesOf(server).at(-1)).toBe('Completed');
    await expect(retireFrom(server, spec.name)).rejects.toMatchObject({ code: 'STRATEGY_UNKNOWN', message: 'no strategy that runs is called golden-cross; what was is Completed' });
    await expect(retireFrom(server, 'nobody')).rejects.toMatchObject({ code: 'STRATEGY_UNKNOWN', message: 'no strategy that runs is called nobody' });
    expect((await submitTo(server, spec)).state).toBe('Mapped');
    expect(await retireFrom(server, id.slice(0, 10))).toMatchObject({ state: 'Completed' });
  });

  test('is not guessed among several of its name', async () => {
    const server = await cluster();
    await submitTo(server, spec);
    await submitTo(server, goldenCross.declare({ slow: 30 }));
    await expect(retireFrom(server, spec.name)).rejects.toMatchObject({ code: 'STRATEGY_UNKNOWN', message: expect.stringContaining('2 strategies are called golden-cross') as string, cure: expect.stringContaining(id.slice(0, 16)) as string });
  });
});
