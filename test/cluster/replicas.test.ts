// Damage to one copy of the log, done to the file of a real server, and what is said of it.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NatsBus } from '#bus/nats.ts';
import { subjects } from '#bus/subjects.ts';
import { SystemClock } from '#clock/system.ts';
import type { LogServers } from '#cluster/log-servers.ts';
import { lookAtReplicas, type Replica, replicaProblems } from '#cluster/replicas.ts';
import { createdStreams, threeNatsForTest } from '../support/nats.ts';
import { until } from '../support/until.ts';

const clock = new SystemClock();
const names = subjects('t');
const ENTRIES = 50_000; // more than one block: damage to the last one is mended from what a server still has to apply
let servers: LogServers & { dir: string; dispose(): Promise<void> };
let bus: NatsBus;

beforeAll(async () => {
  servers = await threeNatsForTest();
  bus = await NatsBus.connect({ url: servers.url, subjects: names, clock, name: 'replicas' });
  await createdStreams(bus, 3);
  await Promise.all(Array.from({ length: ENTRIES }, () => bus.append(names.event('s'), new Uint8Array(200))));
}, 40_000);

afterAll(async () => {
  await bus?.close();
  await servers?.dispose();
});

const problems = async (): Promise<string[]> => replicaProblems(names, await lookAtReplicas(servers.records()));

test('a copy with a flipped bit is named, with what is missing and what to do', async () => {
  await until('the copies to be sound', async () => (await problems()).length === 0);
  const victim = servers.records()[1]!;
  process.kill(victim.pid, 'SIGSTOP'); // it shall not write while its file is changed
  const folder = join(servers.dir, 'nats', victim.name, 'store/jetstream/$G/streams', names.streamName('EVENT'), 'msgs');
  const block = join(folder, readdirSync(folder).toSorted().find((name) => name.endsWith('.blk'))!);
  const content = readFileSync(block);
  content[Math.floor(content.length / 2)]! ^= 1;
  writeFileSync(block, content);
  rmSync(join(folder, 'index.db'), { force: true }); // as after a loss of power: it reads the block itself
  process.kill(victim.pid, 'SIGKILL');
  await until('the damage to be told', async () => (await problems()).some((problem) => problem.includes('damaged')));
  expect((await problems()).filter((problem) => problem.includes('damaged'))).toEqual([expect.stringMatching(new RegExp(`^${victim.name} has a damaged copy of QMTL_t_EVENT: .+ remove its store and start it again`)) as unknown]);
});

test('a server that does not answer is named', async () => {
  const [gone] = servers.records();
  const look = await lookAtReplicas([{ ...gone!, monitorUrl: 'http://127.0.0.1:1' }]);
  expect(replicaProblems(names, look)).toEqual([expect.stringContaining(`${gone!.name} does not answer`)]);
});

test.each<[string, Replica[], Replica[], RegExp[]]>([
  ['equal copies', [copy('a', 10, 10), copy('b', 10, 10)], [], []],
  ['a copy that is a little behind', [copy('a', 10, 10), copy('b', 9, 9)], [copy('b', 5, 5)], []],
  ['a copy that stands still behind the others', [copy('a', 10, 10), copy('b', 9, 9)], [copy('b', 9, 9)], [/^b does not follow: .+ ends at 9 .+ to 10$/]],
  ['a copy that lost entries', [copy('a', 10, 10), copy('b', 7, 10)], [], [/^b has a damaged copy of QMTL_t_OUT: another server holds more entries/]],
  ['copies that were purged alike', [copy('a', 7, 10), copy('b', 7, 10)], [], []],
  ['a copy of the events, which are never purged, that lost entries', [copy('a', 7, 10, 'QMTL_t_EVENT')], [], [/^a has a damaged copy of QMTL_t_EVENT: 3 entries of its 10 are gone/]],
  ['a bucket whose copies differ', [copy('a', 4, 10, 'KV_x'), copy('b', 3, 10, 'KV_x')], [], [/^b has a damaged copy of KV_x: another server holds more/]],
])('%s', (_, now, before, said) => {
  const found = replicaProblems(names, { replicas: now, silent: [] }, { replicas: before, silent: [] });
  expect(found).toEqual(said.map((pattern) => expect.stringMatching(pattern) as unknown));
});

function copy(server: string, messages: number, lastSequence: number, stream = 'QMTL_t_OUT'): Replica {
  return { server, stream, messages, firstSequence: 1, lastSequence, isFollowed: undefined };
}
