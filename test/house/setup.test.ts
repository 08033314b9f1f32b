import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const part = (name: string) => import(pathToFileURL(resolve(`scripts/setup/${name}.mjs`)).href);
const { climb, ensureNats } = await part('nats');
const { isInstalled } = await part('packages');
const { withLock } = await part('lock');
const { reporter, Stop } = await part('report');
const { outsideEnv, reasonIn, run } = await part('run');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'qmtl-setup-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function listener(): { said: string[]; begin: () => void; note: (name: string, text: string) => void } {
  const said: string[] = [];
  return { said, begin: () => {}, note: (name, text) => void said.push(`${name}: ${text}`) };
}

/** A program that answers `--version` as nats-server does. */
function server(name: string, version: string): string {
  const directory = join(root, name);
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'nats-server');
  writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  chmodSync(path, 0o755);
  return path;
}

describe('nats-server comes by a ladder', () => {
  const cached = () => join(root, '.cache', 'qmtl', 'bin', 'nats-server');

  test('the named one first, then PATH, then the cache; the winner lies under one name', async () => {
    const [named, onPath] = [server('named', '2.13.0'), server('path', '2.14.1')];
    const env = { PATH: join(root, 'path'), QMTL_NATS_SERVER: named };
    expect(await ensureNats({ root, env, report: listener() })).toBe('2.13.0 from QMTL_NATS_SERVER');
    expect(readlinkSync(cached())).toBe(named);
    expect(await ensureNats({ root, env: { PATH: env.PATH }, report: listener() })).toBe(`2.14.1 on PATH (${onPath})`);
    expect(await ensureNats({ root, env: { PATH: '' }, report: listener() })).toBe('2.14.1 up to date');
  });

  test('one too old says so and the next rung is tried', async () => {
    server('good', '2.12.0');
    const report = listener();
    const found = await ensureNats({ root, env: { PATH: join(root, 'good'), QMTL_NATS_SERVER: server('old', '2.11.9') }, report });
    expect(found).toMatch(/^2\.12\.0 on PATH/);
    expect(report.said).toEqual([expect.stringMatching(/not from QMTL_NATS_SERVER: .*old\/nats-server is 2\.11\.9, and 2\.12 is the oldest that will do/)]);
  });

  test('an old one on PATH is no news once a good one is cached', async () => {
    await ensureNats({ root, env: { PATH: '', QMTL_NATS_SERVER: server('good', '3.0.0') }, report: listener() });
    server('old', '2.9.10');
    const report = listener();
    expect(await ensureNats({ root, env: { PATH: join(root, 'old') }, report })).toBe('3.0.0 up to date');
    expect(report.said).toEqual([]);
  });

  test('a program that is no nats-server is passed over with its words', async () => {
    const path = server('odd', '1');
    writeFileSync(path, '#!/bin/sh\necho "exec format" >&2\nexit 1\n');
    server('good', '2.15.1');
    const report = listener();
    await ensureNats({ root, env: { PATH: join(root, 'good'), QMTL_NATS_SERVER: path }, report });
    expect(report.said[0]).toMatch(/is no nats-server that runs here \(exec format\)/);
  });

  test('when no rung holds every one that was tried has said why', async () => {
    const report = listener();
    const found = await climb([['a', async () => ({ failed: 'no network' })], ['b', async () => ({})], ['c', async () => ({ failed: 'too old' })]], report);
    expect(found).toBeUndefined();
    expect(report.said).toEqual(['nats-server: not from a: no network', 'nats-server: not from c: too old']);
  });
});

describe('packages are up to date', () => {
  const lock = (packages: Record<string, object>) => ({ packages: { '': {}, ...packages } });
  const here = { optional: true, os: [process.platform], cpu: [process.arch] };
  const elsewhere = { optional: true, os: ['plan9'], cpu: ['mips'] };

  test.each<[string, Record<string, object>, Record<string, object>, boolean]>([
    ['when all are there', { a: { version: '1' } }, { a: { version: '1' } }, true],
    ['not when one is missing', { a: { version: '1' }, b: { version: '1' } }, { a: { version: '1' } }, false],
    ['not in another version', { a: { version: '2' } }, { a: { version: '1' } }, false],
    ['without the binaries of other machines', { a: { version: '1', ...elsewhere } }, {}, true],
    ['not without the binary of this machine', { a: { version: '1', ...here } }, {}, false],
    ['not when nothing is installed', { a: { version: '1' } }, {}, false],
  ])('%s', (_name, wanted, found, expected) => {
    expect(isInstalled(lock(wanted), lock(found))).toBe(expected);
  });
});

describe('one set-up at a time', () => {
  const lockPath = () => join(root, '.cache', 'qmtl', 'setup.lock');

  test('two started together take turns', async () => {
    const story: string[] = [];
    const work = (name: string) => async () => {
      story.push(`${name} in`);
      await new Promise((later) => setTimeout(later, 150));
      story.push(`${name} out`);
    };
    const report = listener();
    await Promise.all([withLock(root, report, work('a')), withLock(root, report, work('b'))]);
    expect(story.map((line) => line.split(' ')[1])).toEqual(['in', 'out', 'in', 'out']);
    expect(report.said).toEqual([`waiting: another set-up runs (process ${process.pid})`]);
    expect(existsSync(lockPath())).toBe(false);
  });

  test.each<[string, object, number]>([
    // The largest process id Linux can give is 2^22.
    ['of a process that is gone', { pid: 2 ** 22 + 1, host: hostname() }, 0],
    ['nobody has touched for a while', { pid: process.pid, host: 'elsewhere' }, 60],
  ])('a lock %s is taken over', async (_name, holder, ageS) => {
    mkdirSync(join(root, '.cache', 'qmtl'), { recursive: true });
    writeFileSync(lockPath(), JSON.stringify(holder));
    const then = new Date(Date.now() - ageS * 1_000);
    utimesSync(lockPath(), then, then);
    expect(await withLock(root, listener(), async () => 'done')).toBe('done');
    expect(existsSync(lockPath())).toBe(false);
  });

  test('a set-up that fails frees the lock', async () => {
    await expect(withLock(root, listener(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(lockPath())).toBe(false);
  });
});

describe('what it says', () => {
  const heard = (isTTY: boolean, env: Record<string, string>) => {
    let text = '';
    const report = reporter({ isTTY, write: (more: string) => void (text += more) }, env);
    report.begin('packages');
    report.done('packages', 'up to date');
    report.stop(new Stop('no network', ['check the cable']));
    return text;
  };

  test('is one plain line a step off a terminal', () => {
    expect(heard(false, {})).toBe('✓ packages     up to date\n✗ set-up stopped: no network\n  check the cable\n');
  });

  test('has colour on a terminal, none with NO_COLOR', () => {
    expect(heard(true, {})).toContain('\u001b[32m✓\u001b[0m');
    expect(heard(true, { NO_COLOR: '1' })).not.toContain('\u001b[32m');
  });
});

test('a program that hangs is ended and the reason says so', async () => {
  expect(await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 100 })).toMatchObject({ code: null, stderr: 'no end after 0.1 s' });
  expect(await run('no-such-program', [])).toMatchObject({ code: null, stderr: 'no-such-program is not on this machine' });
});

test('a reason is the first line that calls itself an error, else the last line', () => {
  expect(reasonIn('reading\nE: cannot resolve host\nE: more\n')).toBe('E: cannot resolve host');
  expect(reasonIn('one\ntwo\n\n')).toBe('two');
});

test('npm is run without the programs it is about to replace', () => {
  expect(outsideEnv({ PATH: ['/a', '/x/node_modules/.bin', '/b'].join(':') }).PATH).toBe('/a:/b');
});

test('a second set-up of this checkout finds everything there and changes nothing', () => {
  const setUp = () => spawnSync(process.execPath, ['scripts/setup.mjs'], { encoding: 'utf8' });
  expect(setUp().status).toBe(0);
  const stamp = readFileSync('build/.kernels-stamp', 'utf8');
  const { status, stdout } = setUp();
  expect([status, stdout.trimEnd().split('\n').length]).toEqual([0, 4]);
  expect(stdout).toMatch(/packages +up to date/);
  expect(stdout).toMatch(/kernels +up to date/);
  expect(readFileSync('build/.kernels-stamp', 'utf8')).toBe(stamp);
});
