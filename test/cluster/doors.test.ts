// Everything wrong an operator can do to a cluster on one machine, and what must survive it.
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '#clock/random.ts';
import { SystemClock } from '#clock/system.ts';
import { isAlive } from '#cluster/cluster-file.ts';
import { sourceId } from '#domain/bar.ts';
import { interval } from '#domain/interval.ts';
import { readBars } from '#feeds/csv.ts';
import { TestCluster } from '../support/cluster.ts';
import { canMountDisks, mountSmallDisk, type SmallDisk } from '../support/disk.ts';
import { CommandLoop, expectRefused, type Refusal } from '../support/qmtl.ts';
import { everything } from '../support/strategies.ts';
import { until } from '../support/until.ts';

const SP500 = resolve('node_modules/vega-datasets/data/sp500-2000.csv');
const spec = everything.declare({ venue: 'demo', instrument: 'SPX', interval: '1d' });
const source = sourceId({ venue: 'demo', instrument: 'SPX', interval: interval('1d', 'test') });
const SET = ['--set', 'venue=demo', '--set', 'instrument=SPX', '--set', 'interval=1d'];

let directory: string;
let strategy: string;
let data: Map<string, readonly Float64Array[]>;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'qmtl-doors-'));
  strategy = join(directory, 'everything.ts');
  writeFileSync(strategy, `export { everything as default } from ${JSON.stringify(resolve('test/support/strategies.ts'))};\n`);
  data = new Map([[source, (await readBars(SP500)).columns]]);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The first `rows` bars as a file of their own. */
function firstBars(rows: number): string {
  const path = join(directory, `first-${rows}.csv`);
  writeFileSync(path, readFileSync(SP500, 'utf8').split('\n').slice(0, rows + 1).join('\n'));
  return path;
}

describe('without a cluster', () => {
  let commands: CommandLoop;
  let where: string;
  beforeAll(() => {
    where = mkdtempSync(join(directory, 'none-'));
    writeFileSync(join(where, 'cluster.yml'), 'dataDir: data\ngateway: { httpPort: 0 }\ndagManager: { httpPort: 0 }\n');
    writeFileSync(join(where, 'not-a-directory'), '');
    commands = new CommandLoop({ cwd: where });
  });
  afterAll(() => commands.stop());
  const refused = (args: readonly string[], refusal: Refusal) => expectRefused((words) => commands.run(words), args, refusal);

  test.each(['status', 'down', 'dag show', 'watch abc', 'publish examples/golden-cross.ts', 'feed replay bars.csv'])('%s says that none runs here and how to start one', (command) =>
    refused(command.split(' ').map((word) => (word.startsWith('examples/') ? resolve(word) : word.replace('bars.csv', SP500))), { exit: 3, code: 'CLUSTER_NOT_UP', says: /no cluster runs from .*\/data/, cure: /`qmtl up`.*QMTL_NATS_URL/ }));

  test.each(['status', 'dag show', 'watch abc'])('%s at an address where nobody listens names the address', (command) =>
    refused([...command.split(' '), '--nats', 'nats://127.0.0.1:1'], { exit: 3, code: 'NATS_UNREACHABLE', says: /nats:\/\/127\.0\.0\.1:1/, cure: /--nats/ }));

  test.each<[string, string[], Refusal]>([
    ['a nats-server that is not there', ['--set', 'nats.binary=/none/nats-server'], { exit: 3, code: 'NATS_SERVER_MISSING', says: /\/none\/nats-server: not there/, cure: /npm run setup.*QMTL_NATS_SERVER/ }],
    ['a nats-server that is none', ['--set', 'nats.binary=/bin/true'], { exit: 3, code: 'NATS_SERVER_MISSING', says: /\/bin\/true: does not run/, cure: /npm run setup/ }],
    ['a log server that does not answer', ['--set', 'nats.url=nats://127.0.0.1:1'], { exit: 3, code: 'NATS_UNREACHABLE', says: /127\.0\.0\.1:1/, cure: /--nats/ }],
    ['a dataDir that cannot be one', ['--set', 'dataDir=not-a-directory'], { code: 'FILE_UNWRITABLE', says: /cannot write to its dataDir .*not-a-directory/, cure: /set dataDir to a directory/ }],
    ['a configuration that is not there', ['-f', 'none.yml'], { exit: 4, code: 'CONFIG_INVALID', says: /none\.yml/, cure: /check the path/ }],
    ['a value out of range', ['--set', 'slots=0'], { exit: 4, code: 'CONFIG_INVALID', says: /flag slots: .*found/, cure: /./ }],
  ])('up with %s is refused', (_, args, refusal) => refused(['up', ...args], refusal));

  test.each(['nats.port', 'gateway.httpPort', 'dagManager.httpPort'])('up with a %s that is taken is refused and leaves nothing behind', async (key) => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => other.once('listening', listening));
    const { port } = other.address() as { port: number };
    await refused(['up', '--set', `${key}=${port}`], { exit: 3, code: 'PORT_TAKEN', says: new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use`), cure: /another port in cluster\.yml/ });
    other.close();
    expect(existsSync(join(where, 'data', 'cluster.json'))).toBe(false);
  });

  test('a damaged cluster.json is named, with what to do', async () => {
    const damaged = mkdtempSync(join(directory, 'damaged-'));
    writeFileSync(join(damaged, 'cluster.json'), '{"pid": 1');
    writeFileSync(join(damaged, 'cluster.yml'), 'dataDir: .\n');
    await refused(['status', '-f', join(damaged, 'cluster.yml')], { exit: 4, code: 'CONFIG_INVALID', says: /cluster\.json is damaged/, cure: /remove the file/ });
  });
});

describe('one cluster through everything', () => {
  let cluster: TestCluster;
  let commands: CommandLoop;
  beforeAll(() => {
    cluster = new TestCluster();
    commands = new CommandLoop({ cwd: cluster.dir });
  });
  afterAll(async () => {
    commands.stop();
    await cluster.dispose();
  });
  const refused = (args: readonly string[], refusal: Refusal) => expectRefused((words) => commands.run(words), args, refusal);

  test('refuses what it cannot do and goes on', async () => {
    await cluster.did('up', '-d');
    const { pid } = cluster.file();
    await Promise.all([
      refused(['up'], { exit: 3, code: 'CLUSTER_ALREADY_UP', says: new RegExp(`already runs from .*, as process ${pid}`), cure: /qmtl down/ }),
      expectRefused((words) => cluster.run(...words), ['up', '-d'], { exit: 3, code: 'CLUSTER_ALREADY_UP', says: new RegExp(`already runs from .*, as process ${pid}`), cure: /qmtl down/ }),
      refused(['up', '--set', 'dataDir=elsewhere', '--set', `nats.url=${cluster.file().natsUrl}`], { exit: 3, code: 'CLUSTER_ALREADY_UP', says: /member m1 of tenant \S+ is alive on this log already, as process \d+/, cure: /other ids.*another tenant/ }),
      refused(['watch', 'abcd'], { code: 'NODE_UNKNOWN', says: /no node has the id abcd/, cure: /dag show/ }),
      refused(['feed', 'replay', SP500], { code: 'DATA_SOURCE_UNBOUND', says: /read 0 sources/, cure: /publish a strategy first, or .*--source/ }),
      refused(['publish', 'none.ts'], { code: 'STRATEGY_FILE_INVALID', says: /none\.ts does not exist/, cure: /path/ }),
    ]);
    await cluster.did('publish', strategy, ...SET);
    const minutes = join(directory, 'minutes.csv');
    writeFileSync(minutes, `ts,open,high,low,close\n${[0, 1, 2].map((k) => `${1_600_000_000_000 + k * 60_000},1,1,1,1`).join('\n')}\n`);
    await Promise.all([
      refused(['feed', 'replay', 'none.csv'], { code: 'DATA_FILE_UNREADABLE', says: /none\.csv does not exist/, cure: /path/ }),
      refused(['feed', 'replay', SP500, '--source', 'demo:SPX'], { code: 'DATA_SOURCE_UNBOUND', says: /"demo:SPX" is not a source/, cure: /venue:instrument:interval/ }),
      refused(['feed', 'replay', SP500, '--source', 'demo:SPX:1q'], { code: 'INTERVAL_INVALID', says: /1q/, cure: /"1d"/ }),
      refused(['feed', 'replay', SP500, '--source', 'demo:SPX:1d', '--negative-price'], { exit: 2, code: 'USAGE', says: /--negative-price/, cure: /--negative-prices/ }),
      refused(['feed', 'replay', minutes, '--source', 'demo:SPX:1d'], { code: 'DATA_SOURCE_UNBOUND', says: /minutes\.csv: bars are 60 s apart, and demo:SPX:1d has one in 86400 s/, cure: /--source.*resample/ }),
      refused(['feed', 'replay', SP500, '--speed', '0'], { exit: 2, code: 'USAGE', says: /'--speed <n>' argument '0'/, cure: /--help/ }),
    ]);
    expect((await cluster.status()).ready).toBe(true);
  });

  test('the only member keeps its slots when it is to be drained, and status shows that it shall run nothing', async () => {
    const { code, stderr } = await cluster.run('drain', 'm1');
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('no other member lives that may take them') });
    expect((await cluster.status()).members.map(({ member, drained }) => [member, drained])).toEqual([['m1', true]]);
    expect(await cluster.did('status')).toMatch(/m1 +yes, drained/);
    await cluster.did('drain', 'm1', '--undo');
    expect(await cluster.did('status')).not.toContain('drained');
  });

  test('status says what a DAG manager that does not answer leaves undone', async () => {
    expect((await cluster.status()).problems).toEqual([]);
    const { pid } = cluster.file().roles.find(({ name }) => name === 'dag-manager')!;
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await cluster.did('status')).toContain('the DAG manager does not answer');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect((await cluster.status()).problems).toEqual([]);
  });

  test('a compute function that goes wrong late is quarantined and named, the strategies beside it go on, and a release tries it again', async () => {
    const late = join(directory, 'late.ts');
    writeFileSync(late, `import { Node, Strategy, StreamInput } from 'qmtl';
export default new Strategy({ name: 'late', build() {
  const price = new StreamInput({ venue: 'demo', instrument: 'SPX', interval: '1d' });
  return { outputs: { score: new Node({ inputs: { price }, period: 1, compute: ({ price }) => { if (price[0]! > 1500) throw 'too high'; return price[0]!; } }) } };
} });\n`);
    const { map } = JSON.parse(await cluster.did('publish', late, '--json')) as { map: { nodes: { nodeId: string; kind: string }[] } };
    const node = map.nodes.find(({ kind }) => kind === 'custom')!.nodeId;
    await cluster.did('feed', 'replay', firstBars(2_000));
    // Counted in the file: the first close above 1500.
    const row = readFileSync(SP500, 'utf8').split('\n').slice(1).findIndex((line) => Number(line.split(',')[4]) > 1500);
    const quarantine = async () => JSON.parse(await cluster.did('quarantine', 'list', '--json')) as { node: string; row: number; atMs: number }[];
    await until('the node in quarantine', async () => (await quarantine()).length > 0);
    const [first] = await quarantine();
    expect(first).toMatchObject({ node, name: null, member: 'm1', row, code: 'COMPUTE_FAILED', tries: 3 });
    const said = `node ${node.slice(0, 16)} stands still at row ${row} (2000-03-22T00:00:00.000Z): compute threw too high`;
    for (const command of [['status'], ['quarantine', 'list']]) expect(await cluster.did(...command)).toContain(said);
    const { quarantine: told, members } = await cluster.status();
    expect(told).toEqual([first]);
    expect(members.flatMap(({ slots }) => slots.flatMap((slot) => slot.waiting))).toEqual([node]);
    await refused(['quarantine', 'release', ''], { code: 'NODE_UNKNOWN', says: /no node in quarantine has the id $/m, cure: /quarantine list/ });
    expect(JSON.parse(await cluster.did('quarantine', 'release', node.slice(0, 8), '--json'))).toEqual(first);
    await until('the node in quarantine again', async () => ((await quarantine())[0]?.atMs ?? 0) > first!.atMs);
    await refused(['quarantine', 'release', 'ffff'], { code: 'NODE_UNKNOWN', says: /no node in quarantine has the id ffff/, cure: /quarantine list/ });
    await cluster.expectBatchBits(spec, new Map([[source, data.get(source)!.map((column) => column.subarray(0, 2_000))]]));
  });

  test('nats-server killed in mid-replay comes back on its port; the feed waits for it and nothing is lost', async () => {
    const before = cluster.file();
    // Twelve years of bars in about three seconds.
    const replaying = cluster.run('feed', 'replay', firstBars(4_000), '--speed', '1e8', '--rows-per-frame', '20', '--json');
    const { log } = await cluster.status();
    await until('the replay to be under way', async () => (await cluster.status()).log.inputSequence > log.inputSequence + 5);
    process.kill(before.logServers[0]!.pid, 'SIGKILL');
    const { code, stdout, stderr } = await replaying;
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ published: 2_000, skipped: 2_000 });
    expect(cluster.file()).toMatchObject({ natsUrl: before.natsUrl, pid: before.pid });
    expect(cluster.file().logServers[0]!.pid).not.toBe(before.logServers[0]!.pid);
    await cluster.expectBatchBits(spec, new Map([[source, data.get(source)!.map((column) => column.subarray(0, 4_000))]]));
  });

  test('down stops every process at once; a second down has nothing to stop', async () => {
    const { pid, logServers, roles } = cluster.file();
    const startedMs = performance.now();
    await cluster.did('down');
    expect(performance.now() - startedMs).toBeLessThan(6_000);
    expect([pid, ...[...logServers, ...roles].map((each) => each.pid)].filter(isAlive)).toEqual([]);
    await refused(['down'], { exit: 3, code: 'CLUSTER_NOT_UP', says: /no cluster runs from/, cure: /qmtl up/ });
  });

  test('checkpoints with flipped bytes are noticed, the state is rebuilt from the log, and the outputs go on with the same bits', async () => {
    const random = seededRandom(3);
    let flipped = 0;
    const stores = readdirSync(join(cluster.dataDir, 'checkpoints'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('data.mdb'));
    for (const store of stores) {
      const path = join(cluster.dataDir, 'checkpoints', store);
      const bytes = readFileSync(path);
      // Beyond the store's own two head pages: the records themselves.
      for (let at = 8_192 + random.below(64); at < bytes.length; at += 64 + random.below(64)) {
        bytes[at]! ^= 1 << random.below(8);
        flipped++;
      }
      const file = openSync(path, 'r+');
      writeSync(file, bytes);
      closeSync(file);
    }
    expect(flipped).toBeGreaterThan(100);
    await cluster.did('up', '-d');
    await cluster.did('feed', 'replay', firstBars(4_500));
    // Noticed by a checksum, by the store, or by the end of a process that read a damaged page: in each case nothing of it is used.
    const restoredFrom = async () => (await cluster.status()).members.flatMap((member) => member.slots.map((slot) => slot.restoredFrom));
    await until('the slots to run again', async () => (await restoredFrom()).length > 0);
    // From wherever else there is something: an upload, if there was time for one, or the log alone.
    expect(await restoredFrom()).not.toContain('checkpoint');
    await cluster.expectBatchBits(spec, new Map([[source, data.get(source)!.map((column) => column.subarray(0, 4_500))]]));
  });

  test('up killed with -9: its roles end, and the next up clears what is left and goes on with the same bits', async () => {
    const { pid, logServers, roles } = cluster.file();
    process.kill(pid, 'SIGKILL');
    await until('the roles to end with their parent', () => !roles.some((role) => isAlive(role.pid)));
    await refused(['status'], { exit: 3, code: 'CLUSTER_NOT_UP', says: /no cluster runs from/, cure: /qmtl up/ });
    await cluster.did('up', '-d');
    expect(isAlive(logServers[0]!.pid)).toBe(false);
    await cluster.did('feed', 'replay', SP500);
    await cluster.expectBatchBits(spec, data);
    const { strategies, members } = await cluster.status();
    expect(strategies.map(({ name }) => name).toSorted()).toEqual(['everything', 'late']);
    expect(members.every(({ alive }) => alive)).toBe(true);
  });

  test('a slot whose source is quiet lags behind nothing, however much the others get', async () => {
    const feed = (instrument: string, rows: number) => cluster.did('feed', 'replay', firstBars(rows), '--source', `demo:${instrument}:1d`, '--rows-per-frame', '1');
    for (const instrument of ['QUIET', 'BUSY']) await cluster.did('publish', resolve('examples/golden-cross.ts'), '--set', `instrument=${instrument}`);
    await feed('QUIET', 1);
    await feed('BUSY', 50);
    const slots = async () => (await cluster.status()).members.flatMap((member) => member.slots);
    await until('every slot to have taken what is its own', async () => (await slots()).every(({ lag }) => lag === 0));
    const { log } = await cluster.status();
    expect((await slots()).some(({ inputSequence }) => inputSequence <= log.inputSequence - 50)).toBe(true);
  });
});

describe('a full disk', () => {
  const mountable = canMountDisks();
  const skipped = mountable ? '' : ' (skipped: no disk can be mounted here)';
  let disk: SmallDisk;
  let cluster: TestCluster;
  beforeAll(() => {
    if (!mountable) return;
    disk = mountSmallDisk('24m');
    cluster = new TestCluster(disk.dir);
  });
  afterAll(async () => {
    await cluster?.dispose();
    disk?.dispose();
  });
  const fill = (): void => {
    try {
      execFileSync('dd', ['if=/dev/zero', `of=${join(disk.dir, 'filler')}`, 'bs=4k'], { stdio: 'ignore' });
    } catch {
      // dd ends with an error when the disk is full, which is what it is for.
    }
  };
  const free = (): void => rmSync(join(disk.dir, 'filler'), { force: true });

  test.skipIf(!mountable)(`refuses to start with DISK_FULL${skipped}`, async () => {
    fill();
    await expectRefused((words) => cluster.run(...words), ['up'], { code: 'DISK_FULL', says: /dataDir|nats-server cannot write/, cure: /free (some )?space/ });
    free();
  });

  test.skipIf(!mountable)(`while it runs: the feed waits, goes on by itself once there is space again, and nothing accepted is missing${skipped}`, async () => {
    await cluster.did('up', '-d');
    await cluster.did('publish', strategy, ...SET);
    await cluster.did('feed', 'replay', firstBars(1_000));
    fill();
    const [before] = cluster.file().logServers;
    const replaying = cluster.run('feed', 'replay', SP500, '--rows-per-frame', '10', '--json');
    await until('the log to refuse a write', () => readFileSync(join(disk.dir, 'nats', 'nats.log'), 'utf8').includes('no space left'));
    // From its first refused write on the server would refuse for ever; it is given the time to do so.
    expect(await Promise.race([replaying, new SystemClock().sleep(1_000).then(() => 'waiting')])).toBe('waiting');
    expect((await cluster.run('status')).stdout).toContain(`the disk of ${disk.dir} is full`);
    free();
    const { code, stdout, stderr } = await replaying;
    expect([code, stderr]).toEqual([0, expect.stringMatching(new RegExp(`^warning: the disk of ${disk.dir} is full: .* free some space and the cluster goes on\n$`))]);
    expect(JSON.parse(stdout)).toMatchObject({ published: 4_105, skipped: 1_000 });
    expect(cluster.file().logServers[0]!.pid).not.toBe(before!.pid);
    await cluster.expectBatchBits(spec, data);
  });
});
