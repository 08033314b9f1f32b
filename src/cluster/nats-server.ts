// Starts a nats-server of our own and stops it. The binary is found here; the set-up puts one into the cache.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { probe } from '#bus/nats.ts';
import type { Clock } from '#clock/clock.ts';
import { makeDirectory } from '#domain/directory.ts';
import { Fault } from '#domain/fault.ts';
import { listenOn } from '#telemetry/health.ts';
import { dataDirFault } from './cluster-file.ts';

const VERSION_LEAST = [2, 12] as const; // conditional appends that name another subject
const READY_WAIT_MS = 10_000;
const STOP_WAIT_MS = 5_000;

export interface NatsServerOptions {
  /** Where the server keeps its store, configuration, log and process id. */
  readonly dir: string;
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Its place among several servers, where it is one of them. */
  readonly peer?: Peer | undefined;
  readonly binary?: string | undefined;
  readonly storeMaxBytes?: number | undefined;
  readonly clock: Clock;
}

/** How a server finds the others of its cluster, and is looked at. */
export interface Peer {
  readonly name: string;
  readonly routePort: number;
  /** Address at which the others reach it. */
  readonly advertised: string;
  /** Addresses of the other servers. */
  readonly routes: readonly string[];
  readonly monitorPort: number;
}

export interface NatsServer {
  readonly url: string;
  readonly pid: number;
  readonly version: string;
  readonly logFile: string;
  /** Resolves with the reason when the server is gone. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/** The binary to use: the given one, $QMTL_NATS_SERVER, the set-up's cache, the PATH. Throws NATS_SERVER_MISSING. */
export function findNatsServer(given?: string): { path: string; version: string } {
  const cached = resolve(dirname(fileURLToPath(import.meta.url)), '../../.cache/qmtl/bin/nats-server');
  const candidates = given ? [given] : [process.env['QMTL_NATS_SERVER'], cached, 'nats-server'].filter((path) => path !== undefined && path !== '');
  const seen: string[] = [];
  for (const path of candidates as string[]) {
    if (path.includes('/') && !existsSync(path)) {
      seen.push(`${path}: not there`);
      continue;
    }
    const version = /v(\d+)\.(\d+)\.(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '');
    if (!version) seen.push(`${path}: does not run`);
    else if (Number(version[1]) < VERSION_LEAST[0] || (Number(version[1]) === VERSION_LEAST[0] && Number(version[2]) < VERSION_LEAST[1])) {
      seen.push(`${path}: ${version[0]} is too old`);
    } else return { path, version: version[0].slice(1) };
  }
  throw new Fault('NATS_SERVER_MISSING', `no nats-server ${VERSION_LEAST.join('.')} or newer was found (${seen.join('; ')})`, {
    cure: 'run `npm run setup`, or install nats-server and name it in QMTL_NATS_SERVER',
  });
}

/** Starts the server and resolves when JetStream answers; for one of several, when it takes connections. Throws NATS_SERVER_MISSING, PORT_TAKEN, DISK_FULL, FILE_UNWRITABLE, NATS_UNREACHABLE. */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const { path, version } = findNatsServer(options.binary);
  const host = options.host ?? '127.0.0.1';
  const port = await claimPort(host, options.port);
  const config = join(options.dir, 'nats.conf');
  const logFile = join(options.dir, 'nats.log');
  // Durations are quoted: an unquoted 2m is read as two million seconds.
  const lines = [
    `listen: ${JSON.stringify(`${host}:${port}`)}`,
    'max_payload: 8MB',
    'max_pending: 256MB',
    `log_file: ${JSON.stringify(logFile)}`,
    ...(options.peer === undefined ? [] : peerLines(host, options.peer)),
    'jetstream {',
    `  store_dir: ${JSON.stringify(join(options.dir, 'store'))}`,
    '  sync_interval: "1s"',
    ...(options.storeMaxBytes === undefined ? [] : [`  max_file_store: ${options.storeMaxBytes}`]),
    '}',
  ];
  try {
    makeDirectory(options.dir);
    writeFileSync(config, `${lines.join('\n')}\n`);
  } catch (cause) {
    throw dataDirFault(options.dir, cause);
  }
  const child = spawn(path, ['-c', config], { stdio: 'ignore' });
  const exited = new Promise<string>((done) => {
    child.once('exit', (code, signal) => done(signal ? `nats-server ended by ${signal}` : `nats-server ended with code ${code}`));
    child.once('error', (error) => done(`nats-server did not start: ${error.message}`));
  });
  const url = `nats://${host}:${port}`;
  try {
    await ready(url, options.peer === undefined, exited, logFile, options.clock);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return { url, pid: child.pid!, version, logFile, exited, stop: () => stop(child, exited, options.clock) };
}

/** Clients are given every address, so servers need not tell them of each other. */
function peerLines(host: string, { name, routePort, advertised, routes, monitorPort }: Peer): string[] {
  return [
    `server_name: ${JSON.stringify(name)}`,
    `http: ${JSON.stringify(`${host}:${monitorPort}`)}`,
    'cluster {',
    '  name: qmtl',
    `  listen: ${JSON.stringify(`${host}:${routePort}`)}`,
    `  advertise: ${JSON.stringify(advertised)}`,
    '  no_advertise: true',
    `  routes: ${JSON.stringify(routes)}`,
    '}',
  ];
}

async function ready(url: string, isAlone: boolean, exited: Promise<string>, logFile: string, clock: Clock): Promise<void> {
  const deadlineMs = clock.monotonicMs() + READY_WAIT_MS;
  let gone: string | undefined;
  void exited.then((reason) => (gone = reason));
  for (;;) {
    if (gone !== undefined) throw startFailed(gone, logFile);
    try {
      await probe(url, isAlone);
      return;
    } catch (error) {
      if (clock.monotonicMs() > deadlineMs) throw startFailed(`nats-server does not answer at ${url}: ${(error as Error).message}`, logFile);
    }
    await clock.sleep(20);
  }
}

function startFailed(reason: string, logFile: string): Fault {
  const log = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
  const fatal = log.split('\n').findLast((line) => /\[(FTL|ERR)\]/.test(line)) ?? '';
  if (/no space left/i.test(log)) return new Fault('DISK_FULL', `nats-server cannot write: ${fatal}`, { cure: 'free space where dataDir is, or name another dataDir' });
  if (/address already in use/i.test(log)) return new Fault('PORT_TAKEN', `nats-server cannot listen: ${fatal}`, { cure: 'choose another nats.port, or 0 for a free one' });
  return new Fault('NATS_UNREACHABLE', `${reason}${fatal ? ` (${fatal})` : ''}`, { cure: `read ${logFile}` });
}

async function stop(child: ChildProcess, exited: Promise<string>, clock: Clock): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const cancel = clock.after(STOP_WAIT_MS, () => child.kill('SIGKILL'));
  await exited;
  cancel();
}

/** Answers the port, or a free one for 0. Throws PORT_TAKEN when another program listens there. */
export async function claimPort(host: string, port: number): Promise<number> {
  const [claimed] = await claimPorts(host, [port]);
  return claimed!;
}

/** As `claimPort`, all of them different: each is held until all are known. */
export async function claimPorts(host: string, ports: readonly number[]): Promise<number[]> {
  const listeners = ports.map(() => createServer());
  try {
    return await Promise.all(listeners.map((listener, k) => listenOn(listener, host, ports[k]!)));
  } finally {
    await Promise.all(listeners.map((listener) => new Promise<void>((done) => listener.close(() => done()))));
  }
}
