// The dealer against every place it can die in: a run that stops at the k-th thing it asks of log or venue, for every k, and one that goes on from there.
import { describe, expect, test } from 'vitest';
import { Dealer, type DealerPorts, type Wish } from '#actors/dealer.ts';
import type { ClientOrderId, Venue, VenueReport } from '#broker/venue.ts';
import { clientOrderId } from '#broker/venue.ts';
import { MemoryBus, MemoryLog } from '#bus/memory.ts';
import { subjects } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import { seededRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { Fault } from '#domain/fault.ts';
import { ACCOUNT, wishesOf } from '../support/wishes.ts';

const names = subjects('test');
const SUBJECT = names.journal(ACCOUNT);
const clockAt = (nowMs: number): Clock => Object.assign(new SystemClock(), { now: () => nowMs, sleep: async () => {} });
const clock = clockAt(1_000);

/** What a venue remembers. By V1 an id opens one order. */
class MemoryVenue implements Venue {
  readonly orders = new Map<string, VenueReport>();
  /** Every call that opened or ended something, in order. */
  readonly story: string[] = [];

  async place(_order: unknown, id: ClientOrderId): Promise<VenueReport> {
    if (!this.orders.has(id)) {
      this.orders.set(id, { state: 'open' });
      this.story.push(`open ${id}`);
    }
    return this.orders.get(id)!;
  }

  async cancel(id: ClientOrderId): Promise<VenueReport> {
    if (this.orders.get(id)?.state === 'open') {
      this.orders.set(id, { state: 'cancelled' });
      this.story.push(`end ${id}`);
    }
    return this.orders.get(id) ?? { state: 'rejected' };
  }

  async find(id: ClientOrderId): Promise<VenueReport | undefined> {
    return this.orders.get(id);
  }
}

class Death extends Error {}

/** Calls through, and at the k-th call dies: before it is done, or after it is done and before the answer. A dead one stays dead. */
function mortal<T extends object>(port: T, methods: readonly (keyof T)[], next: () => 'go' | 'before' | 'after'): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      const call = member.bind(target) as (...args: unknown[]) => unknown;
      if (!methods.includes(name as keyof T)) return call;
      return async (...args: unknown[]) => {
        const fate = next();
        if (fate === 'before') throw new Death();
        const answer = await call(...args);
        if (fate === 'after') throw new Death();
        return answer;
      };
    },
  });
}

const WISHES = wishesOf(12, 3);

/** What the venue must have done, by the wishes. */
function storyOf(wishes: readonly Wish[]): string[] {
  const ids = new Map<number, string>();
  return wishes.map(({ order, request }, intent) => {
    if (!request) return `end ${ids.get(order)}`;
    ids.set(order, clientOrderId(ACCOUNT, intent));
    return `open ${ids.get(order)}`;
  });
}

async function run(ports: DealerPorts): Promise<void> {
  const dealer = await Dealer.start(ACCOUNT, SUBJECT, ports);
  for (const wish of WISHES) await dealer.carry(wish);
}

function ground() {
  const log = new MemoryLog(names);
  const venue = new MemoryVenue();
  let seed = 0;
  const ports = (next: () => 'go' | 'before' | 'after' = () => 'go'): DealerPorts => ({
    bus: mortal(new MemoryBus(log), ['append', 'last', 'read'], next),
    venue: mortal<Venue>(venue, ['place', 'cancel', 'find'], next),
    clock,
    random: seededRandom(++seed),
  });
  return { log, venue, ports };
}

describe('a dealer that dies at its k-th call to log or venue, and its successor', () => {
  test.each(['before', 'after'] as const)('%s the call is done, for every k: every order once, in order', async (when) => {
    for (let k = 0; ; k++) {
      const { venue, ports } = ground();
      let calls = 0;
      const died = await run(ports(() => (calls++ >= k ? when : 'go'))).then(() => false, (error: unknown) => {
        if (!(error instanceof Death)) throw error;
        return true;
      });
      await run(ports());
      expect(venue.story, `died at call ${k}`).toEqual(storyOf(WISHES));
      if (!died) break;
    }
  });

  test('also when the successor dies at each of its calls as well', async () => {
    for (let k = 0; k < 40; k += 3) {
      for (let j = 0; j < 30; j += 2) {
        const { venue, ports } = ground();
        for (const limit of [k, j]) {
          let calls = 0;
          await run(ports(() => (calls++ >= limit ? 'after' : 'go'))).catch((error: unknown) => {
            if (!(error instanceof Death)) throw error;
          });
        }
        await run(ports());
        expect(venue.story, `died at calls ${k} and ${j}`).toEqual(storyOf(WISHES));
      }
    }
  });
});

test('what may be tried again is, until it is known: lost appends and lost answers double nothing', async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const { log, venue, ports } = ground();
    const chance = seededRandom(seed);
    const shaky = <T extends object>(port: T, methods: readonly (keyof T)[]): T =>
      new Proxy(port, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== 'function') return member;
          const call = member.bind(target) as (...args: unknown[]) => unknown;
          if (!methods.includes(name as keyof T)) return call;
          return async (...args: unknown[]) => {
            const fate = chance.below(4);
            if (fate === 0) throw new Fault('TIMEOUT', 'lost on the way there', { retry: true });
            const answer = await call(...args);
            if (fate === 1) throw new Fault('TIMEOUT', 'lost on the way back', { retry: true });
            return answer;
          };
        },
      });
    await run({ ...ports(), bus: shaky(new MemoryBus(log), ['append']), venue: shaky<Venue>(venue, ['place', 'cancel', 'find']) });
    expect(venue.story, `seed ${seed}`).toEqual(storyOf(WISHES));
  }
});

test('of two owners the first is refused at its next intent, and has sent nothing the second does not know', async () => {
  const { venue, ports } = ground();
  const first = await Dealer.start(ACCOUNT, SUBJECT, ports());
  await first.carry(WISHES[0]!);
  await run(ports());
  await expect(first.carry(WISHES[1]!)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  expect(venue.story).toEqual(storyOf(WISHES));
});

test('an owner that sleeps between intent and send wakes up to a venue that knows the order', async () => {
  const { venue, ports } = ground();
  let wake = (): void => {};
  const asleep = new Promise<void>((resolve) => (wake = resolve));
  const sleepy: Venue = { place: async (order, id) => asleep.then(() => venue.place(order, id)), cancel: (id) => venue.cancel(id), find: (id) => venue.find(id) };
  const first = await Dealer.start(ACCOUNT, SUBJECT, { ...ports(), venue: sleepy });
  const late = first.carry(WISHES[0]!);
  late.catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  await run(ports());
  wake();
  await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' });
  expect(venue.story).toEqual(storyOf(WISHES));
});

test('orders of bars before the account went live are for its owner to skip, from the first owner’s moment on', async () => {
  const { ports } = ground();
  const first = await Dealer.start(ACCOUNT, SUBJECT, { ...ports(), clock: clockAt(500) });
  const second = await Dealer.start(ACCOUNT, SUBJECT, { ...ports(), clock: clockAt(900) });
  expect([first.sinceMs, second.sinceMs]).toEqual([500, 500]);
});

describe('rows that are gone from the log when an owner begins', () => {
  const gone = (row: number, closeMs = 2_000) => ({ row, closeMs, isPurgedBefore: true });
  const [wish] = WISHES;
  const refused = (missing: string): unknown => expect.objectContaining({ code: 'LOG_GAP', message: expect.stringContaining(`account ${ACCOUNT}: ${missing} are missing`) as string });

  test.each([
    ['an account that was never live has only history behind it', [], gone(70), undefined],
    ['nothing was there before the first row', ['own'], { ...gone(70), isPurgedBefore: false }, undefined],
    ['nothing but history was there before', ['own'], gone(70, 999), undefined],
    ['what was there is not known', ['own'], gone(70), 'all rows before 70'],
    ['the row of the last intent may want more', ['wish'], gone(wish!.row), undefined],
    ['a row behind the last intent is gone', ['wish'], gone(wish!.row + 1), `rows ${wish!.row} to ${wish!.row}`],
    ['all were read that are gone', ['wish', 'read'], gone(41), undefined],
    ['one was not read', ['wish', 'read'], gone(42), 'rows 41 to 41'],
  ] as const)('%s', async (_, before, first, missing) => {
    const { ports } = ground();
    if (before.length > 0) {
      const last = await Dealer.start(ACCOUNT, SUBJECT, ports());
      if (before.includes('wish' as never)) await last.carry(wish!);
      if (before.includes('read' as never)) await last.read(40);
    }
    const dealer = await Dealer.start(ACCOUNT, SUBJECT, ports());
    if (missing === undefined) expect(() => dealer.requireWhole(first)).not.toThrow();
    else expect(() => dealer.requireWhole(first)).toThrow(refused(missing));
  });

  test('how far rows were read is entered at most once an hour, and never backwards', async () => {
    const { log, ports } = ground();
    let nowMs = 0;
    const dealer = await Dealer.start(ACCOUNT, SUBJECT, { ...ports(), clock: Object.assign(clockAt(1_000), { monotonicMs: () => nowMs }) });
    for (let row = 0; row < 120; row++, nowMs += 60_000) await dealer.read(row);
    nowMs += 3_600_000;
    await dealer.read(5);
    expect(log.streams.EVENT.entries).toHaveLength(1 + 2);
  });
});

describe('what a live account holds', () => {
  const request = (side: 'buy' | 'sell', quantity: bigint): Wish['request'] => ({ side, quantity, type: 'limit', limit: 100n });
  const wish = (row: number, order: number, wanted?: Wish['request']): Wish => ({ row, place: 0, ts: row, order, ...(wanted && { request: wanted }) });

  test('follows from the venue’s reports, whoever dies and asks again', async () => {
    const { venue, ports } = ground();
    const fill = (intent: number, report: VenueReport): void => void venue.orders.set(clientOrderId(ACCOUNT, intent), report);
    const dealer = await Dealer.start(ACCOUNT, SUBJECT, ports());
    await dealer.carry(wish(1, 1, request('buy', 5n)));
    await dealer.carry(wish(2, 2, request('sell', 3n)));
    dealer.ledger.expect('', 'buy', 5n);
    expect(dealer.ledger.standing()).toEqual([{ instrument: '', expected: 5e-8, actual: 0, cash: 0, open: 2 }]);

    // Two of five for 200 and a fee of 1, then all of it for 510 and 3; of the sale one for 99.
    fill(0, { state: 'open', filled: { quantity: 2n, value: 200n, fee: 1n } });
    await dealer.refresh();
    await dealer.refresh();
    expect(dealer.ledger.standing()).toEqual([{ instrument: '', expected: 5e-8, actual: 2e-8, cash: -201e-8, open: 2 }]);
    fill(0, { state: 'filled', filled: { quantity: 5n, value: 510n, fee: 3n } });
    fill(1, { state: 'open', filled: { quantity: 1n, value: 99n, fee: 0n } });
    await dealer.refresh();
    const known = [{ instrument: '', expected: 5e-8, actual: 4e-8, cash: -414e-8, open: 1 }];
    expect(dealer.ledger.standing()).toEqual(known);

    // The next owner knows it from the journal, without the venue, and the end of the sale ends what may still fill.
    const next = await Dealer.start(ACCOUNT, SUBJECT, ports());
    next.ledger.expect('', 'buy', 5n);
    expect(next.ledger.standing()).toEqual(known);
    fill(1, { state: 'cancelled', filled: { quantity: 1n, value: 99n, fee: 0n } });
    await next.carry(wish(3, 2));
    expect(next.ledger.standing()).toEqual([{ ...known[0]!, open: 0 }]);
    await expect(dealer.refresh()).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });

  test('what it should hold counts each fill once, also those whose rows are purged when the next owner asks', async () => {
    const { ports } = ground();
    const fill = (row: number, order: number) => ({ row, order, instrument: '', side: 'buy', filled: 5n }) as const;
    const first = await Dealer.start(ACCOUNT, SUBJECT, ports());
    await first.carry(wish(1, 1, request('buy', 5n)));
    first.noteFill(fill(2, 1));
    first.noteFill(fill(2, 77)); // never sent
    await first.read(2);
    await first.carry(wish(3, 3, request('buy', 5n)));
    first.noteFill(fill(4, 3));
    expect(first.ledger.expected).toEqual({ '': '10' });
    for (const row of [2, 3]) {
      const next = await Dealer.start(ACCOUNT, SUBJECT, ports());
      next.requireWhole({ row, closeMs: 2_000, isPurgedBefore: true });
      if (row === 2) next.noteFill(fill(2, 1));
      next.noteFill(fill(4, 3));
      expect(next.ledger.expected, `from row ${row} on`).toEqual({ '': '10' });
    }
    const late = await Dealer.start(ACCOUNT, SUBJECT, ports());
    expect(() => late.requireWhole({ row: 4, closeMs: 2_000, isPurgedBefore: true })).toThrow('rows 3 to 3');
  });

  test('is what was ordered where the venue only says filled, at a price nobody knows, and nothing of what it rejected', async () => {
    const { venue, ports } = ground();
    const dealer = await Dealer.start(ACCOUNT, SUBJECT, ports());
    for (const [row, state] of (['filled', 'rejected'] as const).entries()) {
      venue.orders.set(clientOrderId(ACCOUNT, row), { state });
      await dealer.carry(wish(row, row, { ...request('sell', 7n)!, instrument: 'spy' }));
    }
    expect(dealer.ledger.standing()).toEqual([{ instrument: 'spy', expected: 0, actual: -7e-8, cash: null, open: 0 }]);
  });
});
