// Orders of a live account on real processes: a nats-server, a venue that loses, delays and dies, dealers that are killed and stopped.
// The venue's own ledger is the judge: every order the account wished for is in it once, and nothing else is.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { VenueOrder } from '#broker/paper-venue.ts';
import { clientOrderId } from '#broker/venue.ts';
import { NatsBus } from '#bus/nats.ts';
import { subjects } from '#bus/subjects.ts';
import { type Random, seededRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { createdStreams, natsForTest } from '../support/nats.ts';
import { ACCOUNT, wishesOf } from '../support/wishes.ts';
import { until } from '../support/until.ts';

const NODE = resolve('node_modules/node/bin/node');
const clock = new SystemClock();
let nats: Awaited<ReturnType<typeof natsForTest>>;

beforeAll(async () => {
  nats = await natsForTest();
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

afterAll(() => nats.dispose());

const children = new Set<ChildProcess>();

interface Told {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly ended: Promise<number | null>;
}

function start(args: readonly string[]): Told {
  const child = spawn(NODE, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return { child, lines, ended: new Promise((end) => child.once('close', (code) => end(code))) };
}

/** A venue that is started again whenever it dies, on the port it had. */
class Venue {
  readonly #ledger: string;
  readonly #trouble: readonly string[];
  #seed: number;
  #port = 0;
  #told: Told | undefined;
  #isStopping = false;
  deaths = 0;

  constructor(name: string, trouble: readonly string[], seed: number) {
    this.#ledger = join(nats.dir, `${name}.ndjson`);
    this.#trouble = trouble;
    this.#seed = seed;
  }

  async start(): Promise<string> {
    const told = start([resolve('bin/qmtl.mjs'), 'paper-venue', '--port', String(this.#port), '--ledger', this.#ledger, '--seed', String(this.#seed++), ...this.#trouble]);
    this.#told = told;
    void told.ended.then(() => {
      this.deaths++;
      if (!this.#isStopping) void this.start();
    });
    await until('the venue listens', () => told.lines.length > 0 || told.child.exitCode !== null || told.child.signalCode !== null);
    if (told.lines.length === 0) return `http://127.0.0.1:${this.#port}`;
    this.#port = Number(/:(\d+)/.exec(told.lines[0]!)![1]);
    return `http://127.0.0.1:${this.#port}`;
  }

  kill(): void {
    this.#told?.child.kill('SIGKILL');
  }

  stop(): VenueOrder[] {
    this.#isStopping = true;
    this.kill();
    const orders = new Map<string, VenueOrder>();
    const opened: string[] = [];
    for (const line of readFileSync(this.#ledger, 'utf8').split('\n').slice(0, -1)) {
      const order = JSON.parse(line) as VenueOrder;
      if (!orders.has(order.id)) opened.push(order.id);
      orders.set(order.id, order);
    }
    return opened.map((id) => orders.get(id)!);
  }
}

async function freshJournal(): Promise<void> {
  const bus = await NatsBus.connect({ url: nats.url, subjects: subjects('default'), clock, name: 'test' });
  await createdStreams(bus, 1);
  await bus.close();
}

/** By the wishes: the orders the venue must have, in order, and how each must stand. */
function expectLedger(orders: readonly VenueOrder[], rows: number, seed: number): void {
  const wishes = wishesOf(rows, seed);
  const ids = new Map<number, string>();
  const expected = wishes.flatMap(({ order, request }, intent) => {
    if (!request) return [];
    ids.set(order, clientOrderId(ACCOUNT, intent));
    return [{ id: ids.get(order), side: request.side, quantity: String(request.quantity), type: request.type }];
  });
  expect(orders.map(({ id, request: { side, quantity, type } }) => ({ id, side, quantity, type }))).toEqual(expected);
  const ended = new Set(wishes.flatMap(({ order, request }) => (request ? [] : [ids.get(order)])));
  for (const { id, state, request } of orders) expect(state).toBe(request.type === 'market' ? 'filled' : ended.has(id) ? 'cancelled' : 'open');
  const positionOf = (list: readonly { side: unknown; quantity: unknown; type: unknown }[]): bigint =>
    list.reduce((sum, { side, quantity, type }) => sum + (type === 'market' ? BigInt(quantity as string) * (side === 'buy' ? 1n : -1n) : 0n), 0n);
  expect(positionOf(orders.map(({ request }) => request as never))).toBe(positionOf(wishes.flatMap(({ request }) => request ?? [])));
}

test('dealers and venue die at random moments, and every order is at the venue once', async () => {
  await freshJournal();
  const rows = 120;
  const seed = 5;
  const random: Random = seededRandom(11);
  const venue = new Venue('random', ['--lose-request', '0.05', '--lose-answer', '0.05', '--delay', '0.2', '--delay-ms', '20', '--crash', '0.01'], 3);
  const url = await venue.start();
  let dealer = startDealer(url, rows, seed);
  let kills = 0;
  while (!dealer.lines.includes('done')) {
    await clock.sleep(150 + random.below(500));
    if (dealer.lines.includes('done')) break;
    if (random.below(3) === 0) venue.kill();
    else {
      dealer.child.kill('SIGKILL');
      await dealer.ended;
      kills++;
      dealer = startDealer(url, rows, seed);
      if (kills > 8) await until('the last dealer is done', () => dealer.lines.includes('done'), 60_000);
    }
  }
  expect(kills).toBeGreaterThan(0);
  const orders = venue.stop();
  expectLedger(orders, rows, seed);
}, 120_000);

function startDealer(venueUrl: string, rows: number, seed: number): Told {
  return start([resolve('test/support/dealer-process.ts'), nats.url, venueUrl, String(rows), String(seed)]);
}

test('an owner that was stopped while another took over wakes up, and nothing it does has an effect', async () => {
  await freshJournal();
  const rows = 60;
  const random = seededRandom(2);
  for (let seed = 20; seed < 23; seed++) {
    const bus = await NatsBus.connect({ url: nats.url, subjects: subjects(`t${seed}`), clock, name: 'test' });
    await createdStreams(bus, 1);
    const venue = new Venue(`stale-${seed}`, ['--lose-answer', '0.05', '--delay', '0.5', '--delay-ms', '15'], seed);
    const url = await venue.start();
    const deal = (): Told => start([resolve('test/support/dealer-process.ts'), nats.url, url, String(rows), String(seed), `t${seed}`]);
    const stale = deal();
    const stopAt = 5 + random.below(20);
    await until('the first owner carries', () => stale.lines.length > stopAt);
    stale.child.kill('SIGSTOP');
    const next = deal();
    await until('the next owner carries', () => next.lines.length > 3);
    stale.child.kill('SIGCONT');
    await until('the next owner is done', () => next.lines.includes('done'));
    await stale.ended;
    expect(stale.lines.at(-1)).toBe('lost');
    expectLedger(venue.stop(), rows, seed);
    await bus.close();
  }
}, 120_000);
