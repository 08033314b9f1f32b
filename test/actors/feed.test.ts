// Replaying recorded bars into the log: numbered from what the log has, in order, each once, at the pace that was asked for.
import { describe, expect, test } from 'vitest';
import { chooseSource, type Pace, replay } from '#actors/feed.ts';
import type { AppendOptions } from '#bus/bus.ts';
import { decodeFrame } from '#bus/frame.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { slotOf, subjects } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import { seededRandom } from '#clock/random.ts';
import { SimulatedClock } from '#clock/simulated.ts';
import { type BarColumns, type Source, sourceId, sourceName } from '#domain/bar.ts';
import { Fault } from '#domain/fault.ts';
import { interval } from '#domain/interval.ts';
import { walk } from '../support/bars.ts';
import { expectSameBits, rowsOfFrames } from '../support/truth.ts';
import { UnreliableBus } from '../support/unreliable.ts';

const SLOTS = 8;
const names = subjects('t');
const source: Source = { venue: 'test', instrument: 'ABC', interval: interval('1m') };
const subject = names.input(slotOf(sourceId(source), SLOTS), sourceId(source));
const FAST: Pace = { speed: Number.POSITIVE_INFINITY, rowsPerFrame: 7 };
const columns = walk(500, 5);

const cut = (from: number, to: number): BarColumns => columns.map((column) => column.subarray(from, to));

function feeding(bus: MemoryBus, rows: BarColumns = columns, pace: Pace = FAST, clock: Clock = new SimulatedClock(), signal?: AbortSignal) {
  return replay({ bus, clock, subjects: names }, SLOTS, source, rows, pace, () => {}, signal);
}

function expectAllOnce(server: MemoryLog, rows: BarColumns = columns): void {
  const entries = server.streams.IN.entries.filter((entry) => entry.subject === subject);
  expectSameBits(rowsOfFrames(entries), { first: 0, columns: rows.map((column) => [...column]) }, 'source');
}

/** Lets time pass until the feed has ended. */
async function ended<T>(clock: SimulatedClock, feed: Promise<T>): Promise<T> {
  const life = { over: false };
  const end = (): void => void (life.over = true);
  feed.then(end, end);
  while (!life.over) await clock.advance(50);
  return feed;
}

test('every row reaches the log once, in order, in frames of at most the asked size', async () => {
  const server = new MemoryLog(names);
  expect(await feeding(new MemoryBus(server))).toEqual({ published: 500, skipped: 0 });
  expectAllOnce(server);
  expect(Math.max(...server.streams.IN.entries.map((entry) => decodeFrame(entry.data, 'frame').count))).toBe(7);
});

test('the chains of a frame are those of all rows since the first, wherever the frames and the feeds begin and end', async () => {
  const [one, two] = [new MemoryLog(names), new MemoryLog(names)];
  await feeding(new MemoryBus(one));
  await feeding(new MemoryBus(two), cut(0, 123), { ...FAST, rowsPerFrame: 50 });
  await feeding(new MemoryBus(two), cut(60, 500), { ...FAST, rowsPerFrame: 1 });
  const last = ({ streams }: MemoryLog) => decodeFrame(streams.IN.entries.at(-1)!.data, 'last').chains;
  expect(last(two)).toEqual(last(one));
});

describe('a feed that is started again', () => {
  test('after a crash goes on behind the last row the log has', async () => {
    const server = new MemoryLog(names);
    await feeding(new MemoryBus(server), cut(0, 200));
    expect(await feeding(new MemoryBus(server))).toEqual({ published: 300, skipped: 200 });
    expectAllOnce(server);
  });

  test.each([0, 100, 199])('with other bars than it began with says so, wherever they differ: row %d', async (row) => {
    const server = new MemoryLog(names);
    await feeding(new MemoryBus(server), cut(0, 200));
    const corrected = columns.map((column, c) => (c === 4 ? column.map((value, k) => (k === row ? value + 0.01 : value)) : column));
    expect(await feeding(new MemoryBus(server), corrected)).toEqual({ published: 300, skipped: 200, isOtherPast: true });
  });

  test('when all is there publishes nothing', async () => {
    const server = new MemoryLog(names);
    await feeding(new MemoryBus(server));
    expect(await feeding(new MemoryBus(server))).toEqual({ published: 0, skipped: 500 });
    expectAllOnce(server);
  });

  test('with newer bars numbers them on', async () => {
    const server = new MemoryLog(names);
    await feeding(new MemoryBus(server), cut(0, 200));
    expect(await feeding(new MemoryBus(server), cut(200, 500))).toEqual({ published: 300, skipped: 0 });
    expectAllOnce(server);
  });

  test('while another one runs, with frames of other sizes, leaves every row in the log once', async () => {
    const server = new MemoryLog(names);
    const reports = await Promise.all([7, 5, 64].map((rowsPerFrame) => feeding(new MemoryBus(server), columns, { ...FAST, rowsPerFrame })));
    expectAllOnce(server);
    for (const { published, skipped } of reports) expect(published + skipped).toBe(500);
  });
});

test('several sources fed at once, one of them by two feeds, have every row once and in order, whose frames ever come between', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seededRandom(seed);
    const server = new MemoryLog(names);
    const clock = new SimulatedClock();
    const sources = ['A', 'B', 'C'].map((instrument) => ({ ...source, instrument }));
    const feeds = [...sources, sources[0]!].map((each, k) => replay({ bus: new UnreliableBus(server, random, () => random.below(9) === 0), clock, subjects: names }, SLOTS, each, columns, { ...FAST, rowsPerFrame: 1 + k }, () => {}));
    await ended(clock, Promise.all(feeds));
    for (const each of sources) {
      const entries = server.streams.IN.entries.filter((entry) => entry.subject.endsWith(sourceId(each)));
      expectSameBits(rowsOfFrames(entries), { first: 0, columns: columns.map((column) => [...column]) }, `seed ${seed}, ${each.instrument}`);
    }
  }
});

describe('a log that does not take every append', () => {
  test('gets the rows again until it has them all, none missing, none twice, none out of order', async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = seededRandom(seed);
      const server = new MemoryLog(names);
      const clock = new SimulatedClock();
      const { published } = await ended(clock, feeding(new UnreliableBus(server, random, () => random.below(3) === 0), columns, FAST, clock));
      expectAllOnce(server);
      expect(published, `seed ${seed}`).toBe(500);
      expect(clock.pending).toBe(0);
    }
  });

  test('for good ends the feed with the reason, also while the next row is not due yet', async () => {
    class FullBus extends MemoryBus {
      override append(): Promise<number> {
        return Promise.reject(new Fault('LOG_REFUSED', 'the message is too large'));
      }
    }
    const clock = new SimulatedClock();
    const feed = feeding(new FullBus(new MemoryLog(names)), columns, { speed: 1, rowsPerFrame: 7 }, clock);
    await expect(feed).rejects.toMatchObject({ code: 'LOG_REFUSED' });
    expect(clock.pending).toBe(0);
  });
});

describe('the pace', () => {
  test('is recorded time divided by the speed: a row goes out when it is due and not before', async () => {
    const server = new MemoryLog(names);
    const clock = new SimulatedClock();
    const feed = feeding(new MemoryBus(server), columns, { speed: 60, rowsPerFrame: 7 }, clock);
    await clock.advance(0);
    for (let second = 0; second < 20; second++) {
      // One-minute bars at sixty times: the first at once, then one a second, each alone.
      expect(server.streams.IN.entries.length).toBe(second + 1);
      await clock.advance(1_000);
    }
    await ended(clock, feed);
    expectAllOnce(server);
  });

  test('that fell behind catches up with whole frames', async () => {
    const server = new MemoryLog(names);
    const clock = new SimulatedClock();
    let isAway = true;
    class AwayBus extends MemoryBus {
      override async append(subjectOf: string, data: Uint8Array, options?: AppendOptions): Promise<number> {
        if (isAway) throw new Fault('NATS_UNREACHABLE', 'no answer', { retry: true });
        return super.append(subjectOf, data, options);
      }
    }
    const feed = feeding(new AwayBus(server), columns, { speed: 60, rowsPerFrame: 100 }, clock);
    await clock.advance(50_000);
    isAway = false;
    await clock.advance(60);
    const frames = server.streams.IN.entries.map((entry) => decodeFrame(entry.data, 'frame'));
    expect(frames.at(-1)!.first + frames.at(-1)!.count).toBe(51);
    expect(frames.map((frame) => frame.count)).toEqual([51]);
    await ended(clock, feed);
    expectAllOnce(server);
  });

  test('ends where it is when it is told to stop, and leaves no timer', async () => {
    const server = new MemoryLog(names);
    const clock = new SimulatedClock();
    const stop = new AbortController();
    const feed = feeding(new MemoryBus(server), columns, { speed: 60, rowsPerFrame: 7 }, clock, stop.signal);
    await clock.advance(10_500);
    stop.abort();
    expect(await feed).toEqual({ published: 11, skipped: 0 });
    expect(clock.pending).toBe(0);
    expectAllOnce(server, cut(0, 11));
  });
});

describe('the source of a replay', () => {
  const other: Source = { ...source, instrument: 'XYZ' };

  test('is the one it names in full or by its instrument, and the only one there is when none is named', () => {
    expect(chooseSource('test:XYZ:1m', [source, other], sourceName)).toBe(other);
    expect(chooseSource('ABC', [source, other], sourceName)).toBe(source);
    expect(chooseSource(undefined, [other], sourceName)).toBe(other);
  });

  test('that is not clear is asked for, with the ones there are', () => {
    const refused = (name: string | undefined, known: Source[]): Fault => {
      try {
        chooseSource(name, known, sourceName);
      } catch (error) {
        return error as Fault;
      }
      throw new Error('was taken');
    };
    expect(refused(undefined, [source, other])).toMatchObject({ code: 'DATA_SOURCE_UNBOUND', message: expect.stringContaining('test:ABC:1m, test:XYZ:1m') as string });
    expect(refused(undefined, []).cure).toContain('publish a strategy first');
    expect(refused('QQQ', [source]).cure).toContain('test:ABC:1m');
    expect(refused('ABC', [source, { ...source, venue: 'elsewhere' }]).code).toBe('DATA_SOURCE_UNBOUND');
  });
});
