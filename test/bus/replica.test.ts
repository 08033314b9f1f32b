// A replica that is busy knows less than the others for a moment; who asks its server is told what the log knows all the same.
// On a machine with nothing else to do replicas hardly ever lag; where six processes took its two cores, one answer in thirteen was old
// while any replica was asked.
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NatsBus } from '#bus/nats.ts';
import { subjects } from '#bus/subjects.ts';
import { SystemClock } from '#clock/system.ts';
import { createdStreams, threeNatsForTest } from '../support/nats.ts';

const names = subjects('t');
const ROUNDS = 1_000;
let servers: Awaited<ReturnType<typeof threeNatsForTest>>;
let buses: NatsBus[];

beforeAll(async () => {
  servers = await threeNatsForTest();
  buses = await Promise.all(servers.records().map(({ name, url }) => NatsBus.connect({ url, subjects: names, clock: new SystemClock(), name })));
  await createdStreams(buses[0]!, 3);
}, 40_000);
afterAll(async () => {
  await Promise.all(buses.map((bus) => bus.close()));
  await servers.dispose();
});

test('a record reads as it was written last, whichever server is asked', async () => {
  const raw = await connect({ servers: servers.url.split(',') });
  const info = (await raw.request(`$JS.API.STREAM.INFO.KV_${names.bucketName('placement')}`, '', { timeout: 5_000 })).json<{ cluster: { leader: string } }>();
  await raw.close();
  const buckets = await Promise.all(buses.map((bus) => bus.bucket<number>('placement')));
  const leading = buckets[servers.records().findIndex(({ name }) => name === info.cluster.leader)]!;
  for (let value = 0; value < ROUNDS; value++) {
    const revision = await leading.put('slot', value);
    expect(await Promise.all(buckets.map((bucket) => bucket.get('slot')))).toEqual(buckets.map(() => ({ key: 'slot', value, revision })));
  }
});
