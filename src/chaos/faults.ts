// What each fault of a scenario does to real processes, and how it ends.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { STREAMS } from '#bus/bus.ts';
import type { NatsBus } from '#bus/nats.ts';
import type { Clock } from '#clock/clock.ts';
import type { ClusterFile } from '#cluster/cluster-file.ts';
import { isAlive } from '#cluster/cluster-file.ts';
import type { RestartRequest, ScaleRequest, StewardAnswer } from '#cluster/steward.ts';
import type { DivideAnswer, DivideRequest } from '#dag/divisions.ts';
import type { DrainAnswer, DrainRequest } from '#dag/manager.ts';
import { isWhole, lookAtReplicas } from '#cluster/replicas.ts';
import type { Subjects } from '#bus/subjects.ts';
import { Fault } from '#domain/fault.ts';
import type { ClusterStatus } from '#gateway/gateway.ts';
import { fillDisk, freeDisk, slowDisk } from './disk.ts';
import type { DrillNetwork } from './network.ts';
import type { FaultSpec } from './scenario.ts';
import { hangThread, killThread } from './threads.ts';
import type { Instrument } from './workload.ts';

/** What faults happen to. */
export interface Bed {
  readonly bus: NatsBus;
  readonly clock: Clock;
  readonly subjects: Subjects;
  readonly network: DrillNetwork;
  readonly dataDir: string;
  readonly instruments: readonly Instrument[];
  /** The cluster's processes as they are now. */
  readonly file: () => ClusterFile;
}

interface Target {
  readonly name: string;
  readonly pid: number;
  readonly isServer: boolean;
}

/** One spell of standing still, and one of running, of a process that is slowed down. */
const SLOW_STILL_MS = 45;
const SLOW_RUN_MS = 5;
const BACK_WAIT_MS = 60_000;
const LOOK_EVERY_MS = 25;
const COMMAND_WAIT_MS = 5 * 60_000;

/** Does it, and answers what it was done to once it is over. */
export async function inflict(fault: FaultSpec, bed: Bed): Promise<string> {
  const { clock, network, dataDir } = bed;
  if (fault.fault === 'fill-disk') {
    fillDisk(dataDir);
    await clock.sleep(fault.forMs);
    freeDisk(dataDir);
    return dataDir;
  }
  if (fault.fault === 'slow-disk') {
    slowDisk(dataDir, fault.bytesPerSecond);
    await clock.sleep(fault.forMs);
    slowDisk(dataDir, 0);
    return dataDir;
  }
  if (fault.fault === 'step-down') {
    const leader = (await bed.bus.leaderOf('OUT')) ?? 'nobody';
    await bed.bus.stepDown('OUT');
    return leader;
  }
  if (fault.fault === 'scale') {
    await bed.bus.call<ScaleRequest, StewardAnswer>(bed.subjects.call('up', 'scale'), { members: fault.members }, COMMAND_WAIT_MS);
    return `${fault.members} members`;
  }
  if (fault.fault === 'split') {
    const { slot } = bed.instruments[0]!;
    await until(clock, `slot ${slot} has ${fault.shares} owners`, async () => {
      const { state } = await bed.bus.call<DivideRequest, DivideAnswer>(bed.subjects.call('dag', 'split'), { slot, shares: fault.shares }, 1_000);
      return state === (fault.shares === 1 ? 'whole' : 'divided') || undefined;
    });
    return `slot ${slot}, ${fault.shares} shares`;
  }
  if (fault.fault === 'restart') return (await bed.bus.call<RestartRequest, StewardAnswer>(bed.subjects.call('up', 'restart'), {}, COMMAND_WAIT_MS)).roles.join(', ');
  if (fault.fault === 'rolling-restart') return rollingRestart(fault.target, bed);
  const targets = await targetsOf(fault.target, bed);
  switch (fault.fault) {
    case 'kill':
      for (const { pid } of targets) signal(pid, 'SIGKILL');
      break;
    case 'lose':
      for (const { name, pid } of targets) {
        signal(pid, 'SIGKILL');
        rmSync(join(dataDir, 'checkpoints', name.slice('member:'.length)), { recursive: true, force: true });
      }
      break;
    case 'pause':
      for (const { pid } of targets) signal(pid, 'SIGSTOP');
      await clock.sleep(fault.forMs);
      for (const { pid } of targets) signal(pid, 'SIGCONT');
      break;
    case 'slow':
      await Promise.all(targets.map(({ pid }) => slowDown(pid, fault.forMs, clock)));
      break;
    case 'partition': {
      const cut = (isCut: boolean): void => {
        for (const { name, isServer } of targets) {
          if (isServer) network.cutServer(name, isCut);
          else network.cutRole(name, isCut);
        }
      };
      cut(true);
      await clock.sleep(fault.forMs);
      cut(false);
      break;
    }
    case 'delay':
      for (const { name } of targets) network.delayRole(name, fault.byMs);
      await clock.sleep(fault.forMs);
      for (const { name } of targets) network.delayRole(name, 0);
      break;
    case 'drain':
      for (const { name } of targets) await drain(name, true, bed);
      await clock.sleep(fault.forMs);
      for (const { name } of targets) await drain(name, false, bed);
      break;
    case 'kill-shard':
      await Promise.all(targets.map(({ pid, name }) => killThread(pid, logFileOf(dataDir, name), clock)));
      break;
    case 'hang-shard':
      await Promise.all(targets.map(({ pid, name }) => hangThread(pid, logFileOf(dataDir, name), clock, fault.forMs)));
      await clock.sleep(fault.forMs);
      break;
  }
  return targets.map(({ name }) => name).join(', ');
}

/** By command; resolves when the member has nothing left, or may have its share again. */
async function drain(role: string, drained: boolean, { bus, subjects, clock }: Bed): Promise<void> {
  const request: DrainRequest = { member: role.replace(/^member:/, ''), drained };
  await until(clock, `${role} is ${drained ? 'drained' : 'back'}`, async () => {
    const { slots } = await bus.call<DrainRequest, DrainAnswer>(subjects.call('dag', 'drain'), request, 1_000);
    return slots === 0 || !drained || undefined;
  });
}

function logFileOf(dataDir: string, role: string): string {
  return join(dataDir, 'logs', `${role.replace(':', '-')}.log`);
}

/** The processes a target means now. Throws SCENARIO_IMPOSSIBLE when there are none. */
async function targetsOf(target: string, bed: Bed): Promise<Target[]> {
  const { roles, logServers } = bed.file();
  const all = [...roles.map(({ name, pid }): Target => ({ name, pid, isServer: false })), ...logServers.map(({ name, pid }): Target => ({ name, pid, isServer: true }))];
  const leader = target === 'stream-leader' || target === 'follower' ? await leaderOf(bed) : undefined;
  const owner = target === 'owner' ? `member:${await ownerOf(bed)}` : undefined;
  const isMeant = ({ name, isServer }: Target): boolean => {
    switch (target) {
      case 'members':
        return name.startsWith('member:');
      case 'nats-servers':
        return isServer;
      case 'owner':
        return name === owner;
      case 'stream-leader':
        return name === leader;
      case 'follower':
        return isServer && name === logServers.find((each) => each.name !== leader)?.name;
      default:
        return name === target;
    }
  };
  const meant = all.filter(isMeant);
  if (meant.length > 0) return meant;
  throw new Fault('SCENARIO_IMPOSSIBLE', `no process is ${target}`, { cure: `there are ${all.map(({ name }) => name).join(', ')}` });
}

/** The server that leads the outputs' stream; the only one where there is one. */
async function leaderOf({ bus, file, clock }: Bed): Promise<string> {
  const { logServers } = file();
  if (logServers.length === 1) return logServers[0]!.name;
  return until(clock, 'the outputs’ stream has a leader', () => bus.leaderOf('OUT').catch(() => undefined));
}

/** The member that runs the first instrument's slot. */
function ownerOf({ bus, subjects, instruments, clock }: Bed): Promise<string> {
  const { slot } = instruments[0]!;
  return until(clock, `a member runs slot ${slot}`, async () => {
    const status = await bus.call<null, ClusterStatus>(subjects.call('gateway', 'status'), null, 1_000).catch(() => undefined);
    return status?.members.find(({ alive, shards }) => alive && shards.some(({ slots }) => slots.some((each) => each.slot === slot && each.state === 'running')))?.member;
  });
}

async function rollingRestart(target: 'everything' | 'members' | 'nats-servers', bed: Bed): Promise<string> {
  const names = (): string[] => {
    const { roles, logServers } = bed.file();
    const each = { members: roles.filter(({ name }) => name.startsWith('member:')), 'nats-servers': logServers, everything: [...logServers, ...roles] };
    return each[target].map(({ name }) => name);
  };
  const pidOf = (name: string): number | undefined => [...bed.file().roles, ...bed.file().logServers].find((each) => each.name === name)?.pid;
  for (const name of names()) {
    const before = pidOf(name)!;
    await handOver(name, bed);
    signal(before, 'SIGTERM');
    await until(bed.clock, `${name} is back`, async () => {
      const now = pidOf(name);
      return now !== undefined && now !== before && isAlive(now) ? now : undefined;
    });
    // The next one only when every copy of the log is whole again: a second server away would stop it.
    await until(bed.clock, 'every server has what it missed', async () => ((await isLogWhole(bed)) ? true : undefined));
  }
  return target;
}

/** What an operator does before a server is stopped: others lead its streams from now on. */
async function handOver(server: string, bed: Bed): Promise<void> {
  for (const stream of STREAMS) if ((await bed.bus.leaderOf(stream)) === server) await bed.bus.stepDown(stream);
  await until(bed.clock, 'every stream has a leader again', async () => ((await isLogWhole(bed)) ? true : undefined));
}

async function isLogWhole({ file, bus }: Bed): Promise<boolean> {
  const { logServers } = file();
  const answers = await bus.state('OUT').then(() => true, () => false);
  return answers && (logServers.length === 1 || isWhole(await lookAtReplicas(logServers)));
}

async function slowDown(pid: number, forMs: number, clock: Clock): Promise<void> {
  const endMs = clock.monotonicMs() + forMs;
  while (clock.monotonicMs() < endMs && isAlive(pid)) {
    signal(pid, 'SIGSTOP');
    await clock.sleep(SLOW_STILL_MS);
    signal(pid, 'SIGCONT');
    await clock.sleep(SLOW_RUN_MS);
  }
}

/** A process that is gone already is no error: another fault was faster. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function until<T>(clock: Clock, what: string, find: () => Promise<T | undefined>): Promise<T> {
  const deadlineMs = clock.monotonicMs() + BACK_WAIT_MS;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (clock.monotonicMs() > deadlineMs) throw new Fault('TIMEOUT', `${BACK_WAIT_MS / 1_000} s passed before ${what}`, { cure: 'read the logs in the drill’s directory' });
    await clock.sleep(LOOK_EVERY_MS);
  }
}
