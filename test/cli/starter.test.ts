import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemClock } from '#clock/system.ts';

/** A Node that is too old for the CLI itself, where the machine has one; CI machines do. */
const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => existsSync(path) && /^v2[0-3]\./.test(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout));

let checkout: string;
beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'qmtl-starter-'));
  cpSync('bin', join(checkout, 'bin'), { recursive: true });
});
afterAll(() => rmSync(checkout, { recursive: true }));

/** Puts a command line of our own behind the starter. */
function withMain(source: string): string {
  const root = mkdtempSync(join(checkout, 'main-'));
  cpSync('bin', join(root, 'bin'), { recursive: true });
  cpSync('package.json', join(root, 'package.json'));
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  const folder = join(root, 'src', 'cli');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'main.ts'), source);
  return join(root, 'bin', 'qmtl.mjs');
}

test('without packages the starter says what to run, and ends with 3', () => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(checkout, 'bin', 'qmtl.mjs'), 'status'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/^error: the packages of this checkout are not installed\ncure: run "npm run setup" in /);
});

test('the real thing starts and passes its exit code on', () => {
  const qmtl = (...args: string[]) => spawnSync(process.execPath, ['bin/qmtl.mjs', ...args], { encoding: 'utf8' });
  expect(qmtl('config', 'validate').status).toBe(0);
  expect(qmtl('config', 'validate', '--set', 'slots=0').status).toBe(4);
  expect(qmtl('no-such-command').status).toBe(2);
});

test('a command that waits in vain for a server that never speaks says so and ends', async () => {
  const mute = createServer().listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const url = `nats://127.0.0.1:${(mute.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, ['bin/qmtl.mjs', 'status', '--nats', url], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [code]] = await Promise.all([textOf(child.stderr), once(child, 'exit')]);
  expect(code).toBe(3);
  expect(said).toContain(`error: no nats-server answers at ${url}: timeout`);
  mute.close();
});

test('all that a command says comes out, however slowly it is read', async () => {
  const child = spawn(process.execPath, ['bin/qmtl.mjs', 'kernels', 'list', '--json'], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.pause();
  await new SystemClock().sleep(1_000); // longer than it takes to fill the pipe
  const said = await textOf(child.stdout);
  expect(said.length).toBeGreaterThan(65_536);
  expect(JSON.parse(said)).toBeInstanceOf(Array);
});

test('a reader that closes the pipe early is no error', async () => {
  const child = spawn(process.execPath, ['bin/qmtl.mjs', 'kernels', 'list', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdout.destroy();
  const code = await new Promise((ended) => child.on('exit', ended));
  expect([code, stderr]).toEqual([0, '']);
});

describe.skipIf(oldNode === undefined)(`on an older Node (${oldNode ?? 'skipped: none on this machine'})`, () => {
  test('the Node of the checkout takes over, words and exit code unchanged', () => {
    const starter = withMain('export const run = (args: string[]): number => { console.log(process.version, ...args); return 5; };');
    const { status, stdout } = spawnSync(oldNode as string, [starter, 'a b', '--json'], { encoding: 'utf8' });
    expect(status).toBe(5);
    expect(stdout).toMatch(/^v2[4-9]\.\d+\.\d+ a b --json\n$/);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s reaches it, and it may end in its own way', async (signal) => {
    const starter = withMain(`export function run(): Promise<number> {
      return new Promise((resolve) => {
        const alive = setInterval(() => {}, 1000);
        process.on('${signal}', () => { console.log('put in order'); clearInterval(alive); resolve(7); });
        console.log('ready');
      });
    }`);
    const child = spawn(oldNode as string, [starter], { stdio: ['ignore', 'pipe', 'inherit'] });
    let heard = '';
    const ended = new Promise<number | null>((resolveEnd) => child.on('exit', (code) => resolveEnd(code)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (text.includes('ready')) child.kill(signal);
    });
    expect(await ended).toBe(7);
    expect(heard).toBe('ready\nput in order\n');
  });

  test('a run killed by a signal ends with 128 and its number', () => {
    const starter = withMain("export function run(): void { process.kill(process.pid, 'SIGKILL'); }");
    expect(spawnSync(oldNode as string, [starter]).status).toBe(128 + 9);
  });
});
