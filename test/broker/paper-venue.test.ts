// The venue to rehearse with, over HTTP as a live run reaches it: orders, fills by hand, and what it knows after its process died.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { HttpVenue } from '#broker/http-venue.ts';
import { NO_TROUBLE, PaperVenue } from '#broker/paper-venue.ts';
import { clientOrderId } from '#broker/venue.ts';
import { seededRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { approve } from '#risk/check.ts';

const clock = new SystemClock();
const directory = mkdtempSync(join(tmpdir(), 'qmtl-venue-'));
const open: PaperVenue[] = [];
afterEach(async () => {
  for (const venue of open.splice(0)) await venue.close();
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<{ venue: HttpVenue; fill: (id: string, amounts: object) => Promise<void> }> {
  const server = new PaperVenue({ ledger: join(directory, 'ledger'), trouble: NO_TROUBLE, clock, random: seededRandom(1), crash: () => {} });
  open.push(server);
  const url = `http://127.0.0.1:${await server.listen(0)}`;
  return { venue: new HttpVenue(url, clock), fill: async (id, amounts) => void (await fetch(`${url}/orders/${id}/fill`, { method: 'POST', body: JSON.stringify(amounts) })) };
}

test('an order fills by hand, in parts and not beyond what was ordered, and the ledger knows it after a restart', async () => {
  const { venue, fill } = await start();
  const id = clientOrderId('a'.repeat(64), 0);
  expect(await venue.place(approve({ side: 'buy', quantity: 5n, type: 'limit', limit: 100n }), id)).toEqual({ state: 'open' });
  await fill(id, { quantity: '2', value: '200', fee: '1' });
  await fill(id, { quantity: '9', value: '900', fee: '1' });
  await fill(id, { quantity: 'two' });
  const part = { state: 'open', filled: { quantity: 2n, value: 200n, fee: 1n } };
  expect(await venue.find(id)).toEqual(part);
  expect(await (await start()).venue.find(id)).toEqual(part);
  await fill(id, { quantity: '3', value: '297', fee: '0' });
  expect(await venue.cancel(id)).toEqual({ state: 'filled', filled: { quantity: 5n, value: 497n, fee: 1n } });
});
