// A process that carries seeded wishes to a venue, as the owner of a live account does: node dealer-process.ts <nats> <venue> <rows> <seed> [tenant].
// It says `carried n` for each, `done` at the end, and `lost` when another dealer took the account over.
import { Dealer } from '#actors/dealer.ts';
import { HttpVenue } from '#broker/http-venue.ts';
import { NatsBus } from '#bus/nats.ts';
import { subjects } from '#bus/subjects.ts';
import { systemRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { isFault } from '#domain/fault.ts';
import { ACCOUNT, wishesOf } from './wishes.ts';

const [url, venueUrl, count, seed, tenant = 'default'] = process.argv.slice(2) as [string, string, string, string, string?];
const clock = new SystemClock();
const names = subjects(tenant);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const bus = await NatsBus.connect({ url, subjects: names, clock, name: 'dealer' });
try {
  const dealer = await Dealer.start(ACCOUNT, names.journal(ACCOUNT), { bus, venue: new HttpVenue(venueUrl, clock), clock, random: systemRandom });
  say('began');
  for (const wish of wishesOf(Number(count), Number(seed))) {
    await dealer.carry(wish);
    say(`carried ${wish.row}.${wish.place}`);
  }
  say('done');
} catch (error) {
  if (!isFault(error) || error.code !== 'LEASE_LOST') throw error;
  say('lost');
} finally {
  await bus.close();
}
