// Starts a whole cluster on this machine and keeps it up: nats-servers, gateway, DAG manager and members, each a process of its own.
// W1. A role that dies is started again; a nats-server that dies is started again on its port, with its store.
// W2. Nothing outlives `up`: roles end when their parent is gone, and what a killed `up` left behind is ended by the next one.
// W3. A member that ended by a fault of memory starts without its checkpoints: LMDB reads a damaged store as it stands, and a
//     damaged page in its tree ends the process at every start. What they held is rebuilt from the log.
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NatsBus } from '#bus/nats.ts';
import { subjects } from '#bus/subjects.ts';
import type { Cancel, Clock } from '#clock/clock.ts';
import type { Random } from '#clock/random.ts';
import { Fault, isFault } from '#domain/fault.ts';
import { programBeside } from '#domain/program.ts';
import { type Child, Supervisor } from '#supervisor/supervisor.ts';
import { TREE } from '#supervisor/tree.ts';
import type { Log } from '#telemetry/log.ts';
import { claimMembers } from './claim-members.ts';
import { type ClusterFile, isAlive, makeLogsDir, readClusterFile, removeClusterFile, writeClusterFile } from './cluster-file.ts';
import { type Config, limitsOf, replicasOf } from './config.ts';
import { type LogServers, type Network, startLogServers } from './log-servers.ts';
import { claimPort } from './nats-server.ts';
import { watchReplicas } from './replicas.ts';
import type { RoleName, RoleReady } from './roles.ts';
import { Spare } from './spare.ts';
import { type Crew, Steward } from './steward.ts';

const READY_WAIT_MS = 20_000;
const STOP_WAIT_MS = 8_000;
const LOG_WAIT_MS = 30_000; // an election takes 4 to 9 s, and the streams need one each after the servers'
const LOG_LOOK_EVERY_MS = 100;
/** How a process ends that touched memory it should not have. */
const MEMORY_FAULTS: readonly NodeJS.Signals[] = ['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL'];

export interface UpPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Says what happens, for a person. */
  readonly onEvent: (event: string) => void;
  readonly network?: Network;
}

export interface Cluster {
  readonly natsUrl: string;
  /** What commands read to find it. */
  readonly file: () => ClusterFile;
  /** Role by role, the process it runs in now. */
  pidOf(role: RoleName): number | undefined;
  /** The process that stands by to be a member's next one; undefined while there is none. */
  spareOf(role: RoleName): number | undefined;
  stop(): Promise<void>;
}

interface Role {
  readonly name: RoleName;
  /** Of a member. */
  readonly spare: Spare | undefined;
  child: ChildProcess | undefined;
  httpPort: number;
}

/** Throws CLUSTER_ALREADY_UP, NATS_SERVER_MISSING, PORT_TAKEN, DISK_FULL, FILE_UNWRITABLE, NATS_UNREACHABLE, CLUSTER_NOT_READY. */
export async function startCluster(config: Config, ports: UpPorts): Promise<Cluster> {
  const { clock, random, log, onEvent } = ports;
  await clearLeftovers(config.dataDir, clock);
  for (const port of [config.gateway.httpPort, config.dagManager.httpPort, ...config.members.map((member) => member.httpPort)]) {
    // Looked at before anything starts: a port that is taken is the operator's to mend, not a role's to stumble over.
    if (port !== 0) await claimPort(config.gateway.host, port);
  }
  const logs = makeLogsDir(config.dataDir);
  const supervisor = new Supervisor(clock, random, log, TREE.cluster);
  let servers: LogServers | undefined;
  let members = config.members;
  let roles: readonly Role[] = [];
  let steward: NatsBus | undefined;
  let natsUrl = config.nats.url ?? '';
  const save = (): void =>
    writeClusterFile(config.dataDir, {
      pid: process.pid,
      natsUrl,
      tenant: config.tenant,
      slots: config.slots,
      logServers: servers?.records() ?? [],
      roles: roles.flatMap(({ name, child, httpPort }) => (child?.pid ? [{ name, pid: child.pid, httpPort }] : [])),
    });
  /** What came back runs whether or not that could be written down: a full disk must not take a role along. */
  const note = (): void => {
    try {
      save();
    } catch (error) {
      if (!isFault(error)) throw error;
      onEvent(error.message);
    }
  };
  let unwatch: Cancel = () => {};
  const stop = async (): Promise<void> => {
    unwatch();
    await steward?.close();
    await Promise.all(roles.map((role) => endRole(role, supervisor)));
    await supervisor.stopAll();
    removeClusterFile(config.dataDir);
  };
  try {
    if (config.nats.url === undefined) {
      servers = await startLogServers(config, { clock, supervisor, network: ports.network, onEvent, onChange: note });
      natsUrl = servers.url;
      unwatch = watchReplicas(subjects(config.tenant), servers.records, clock, onEvent);
    }
    await prepareLog(natsUrl, config, clock);
    const crew: Crew = {
      roles: () => roles.map(({ name }) => name),
      add: async (name) => {
        // A member that no configuration names is like the last one that is named, on any free port.
        const id = name.startsWith('member:') ? name.slice('member:'.length) : undefined;
        if (id !== undefined && !members.some((member) => member.id === id)) members = [...members, { ...config.members.at(-1)!, id, httpPort: 0 }];
        let url = natsUrl;
        const begun = (isSpare: boolean): ChildProcess => forkRole(name, { config: { ...config, members }, natsUrl: url, isSpare }, logs);
        const role: Role = { name, child: undefined, httpPort: 0, spare: id === undefined ? undefined : new Spare(clock, () => begun(true)) };
        roles = [...roles, role];
        const begin = async (): Promise<Child> => {
          url = (await ports.network?.toLog(name, natsUrl)) ?? natsUrl;
          return startRole(role, () => begun(false), config, logs, ports, note);
        };
        await supervisor.add({ id: name, restart: 'permanent', start: begin, stopWaitMs: STOP_WAIT_MS });
      },
      remove: async (name) => {
        const role = roles.find((each) => each.name === name);
        if (role) await endRole(role, supervisor);
        roles = roles.filter((each) => each !== role);
        onEvent(`${name} is stopped`);
        note();
      },
    };
    await Promise.all((['dag-manager', 'gateway', ...config.members.map((member): RoleName => `member:${member.id}`)] as RoleName[]).map((name) => crew.add(name)));
    save();
    steward = await NatsBus.connect({ url: natsUrl, subjects: subjects(config.tenant), clock, name: 'up' });
    await new Steward({ bus: steward, subjects: subjects(config.tenant), clock, onEvent }, crew).serve();
  } catch (error) {
    await stop();
    throw error;
  }
  return { natsUrl, file: () => readClusterFile(config.dataDir)!, pidOf: (name) => roles.find((role) => role.name === name)?.child?.pid, spareOf: (name) => roles.find((role) => role.name === name)?.spare?.pid, stop };
}

async function prepareLog(natsUrl: string, config: Config, clock: Clock): Promise<void> {
  const bus = await NatsBus.connect({ url: natsUrl, subjects: subjects(config.tenant), clock, name: 'up' });
  const deadlineMs = clock.monotonicMs() + LOG_WAIT_MS;
  try {
    for (;;) {
      try {
        await bus.createStreams(replicasOf(config), limitsOf(config));
        break;
      } catch (error) {
        // Servers that were just started have yet to find each other.
        if (!isFault(error) || !error.retry || clock.monotonicMs() > deadlineMs) throw error;
        await clock.sleep(LOG_LOOK_EVERY_MS);
      }
    }
    // A log of our own is nobody else's.
    if (config.nats.url !== undefined) await claimMembers(bus, config, clock);
  } finally {
    await bus.close();
  }
}

/** What the process of a role is told at its start (role-process.ts). */
export interface RoleStart {
  readonly config: Config;
  readonly natsUrl: string;
  /** By N1 of spare.ts, it waits until it is called. */
  readonly isSpare: boolean;
}

function forkRole(name: RoleName, start: RoleStart, logs: string): ChildProcess {
  const program = fileURLToPath(programBeside(import.meta.url, 'role-process'));
  const output = openSync(logFileOf(name, logs), 'a');
  // Whoever asks a role for its inspector (SIGUSR1) finds the port in its log; roles of one machine must not all want the same.
  const execArgv = [...process.execArgv, '--inspect-port=0'];
  // What the first life of a role compiled (role-process.ts, shard-thread.ts write it down) makes the next one begin three times as fast.
  const child = fork(program, [name], { execArgv, stdio: ['ignore', output, output, 'ipc'], env: { ...process.env, NODE_COMPILE_CACHE: join(start.config.dataDir, 'compiled'), QMTL_ROLE: JSON.stringify(start) } });
  closeSync(output);
  return child;
}

function logFileOf(name: RoleName, logs: string): string {
  return join(logs, `${name.replace(':', '-')}.log`);
}

async function endRole(role: Role, supervisor: Supervisor): Promise<void> {
  await supervisor.stop(role.name);
  role.spare?.end();
}

async function startRole(role: Role, begin: () => ChildProcess, config: Config, logs: string, { clock, onEvent }: UpPorts, note: () => void): Promise<Child> {
  const logFile = logFileOf(role.name, logs);
  const again = role.child !== undefined;
  const child = role.spare?.take() ?? begin();
  role.child = child;
  let stopping = false;
  const ended = new Promise<void>((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code, signal) => {
      if (stopping) done();
      else {
        onEvent(`${role.name} ended (${signal ?? `code ${code}`}); starting it again`);
        if (signal && MEMORY_FAULTS.includes(signal)) dropCheckpoints(role.name, config.dataDir);
        fail(new Error(`ended by ${signal ?? `code ${code}`}`));
      }
    });
  });
  const ready = new Promise<RoleReady>((resolve) => child.once('message', (message) => resolve(message as RoleReady)));
  // A wait nobody needs any more is ended: it would keep this process alive.
  const waited = new AbortController();
  const late = clock.sleep(READY_WAIT_MS, waited.signal).then(() => Promise.reject(startFailed(role.name, `is not ready after ${READY_WAIT_MS / 1000} s`, logFile)));
  late.catch(() => {});
  try {
    const started = await Promise.race([ready, late, ended.then(() => Promise.reject(new Error('stopped')), (error: unknown) => Promise.reject(startFailed(role.name, (error as Error).message, logFile)))]);
    role.httpPort = started.httpPort;
  } catch (error) {
    child.kill('SIGKILL'); // or one that is only late would run beside the next
    throw error;
  } finally {
    waited.abort();
  }
  onEvent(`${role.name} ${again ? 'came back' : 'ready'}, pid ${child.pid}, http ${config.gateway.host}:${role.httpPort}`);
  note();
  role.spare?.prepare();
  return {
    ended,
    stop: async () => {
      stopping = true;
      child.kill('SIGTERM');
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** By W3. */
function dropCheckpoints(name: RoleName, dataDir: string): void {
  if (name.startsWith('member:')) rmSync(join(dataDir, 'checkpoints', name.slice('member:'.length)), { recursive: true, force: true });
}

function startFailed(role: string, why: string, logFile: string): Fault {
  const last = existsSync(logFile) ? readFileSync(logFile, 'utf8').trim().split('\n').findLast((line) => line.includes('"fatal"')) : undefined;
  const said = last === undefined ? undefined : (JSON.parse(last) as { message?: string; error?: { code?: string; message?: string; cure?: string } });
  const detail = said?.error?.message ?? said?.message;
  const code = said?.error?.code === 'PORT_TAKEN' ? 'PORT_TAKEN' : 'CLUSTER_NOT_READY';
  return new Fault(code, `${role} ${why}${detail ? `: ${detail}` : ''}`, { cure: said?.error?.cure ?? `read ${logFile}` });
}

/** By W2. */
async function clearLeftovers(dataDir: string, clock: Clock): Promise<void> {
  const before = readClusterFile(dataDir);
  if (!before) return;
  if (isAlive(before.pid) && commandOf(before.pid).includes('qmtl')) {
    throw new Fault('CLUSTER_ALREADY_UP', `a cluster already runs from ${dataDir}, as process ${before.pid}`, { cure: 'stop it with `qmtl down`, or give this one another dataDir', data: { pid: before.pid } });
  }
  for (const { pid } of before.logServers) {
    if (!isAlive(pid) || !commandOf(pid).includes('nats-server')) continue;
    process.kill(pid, 'SIGTERM');
    while (isAlive(pid)) await clock.sleep(50);
  }
  removeClusterFile(dataDir);
}

/** The command line of a process, so that a number used again for another program is not taken for ours; "" where the system does not tell. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return process.platform === 'linux' ? '' : 'qmtl nats-server';
  }
}
