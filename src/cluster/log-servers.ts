// The nats-servers `up` starts: one, or three that replicate the log among them. Each is kept running, on its port and with its store.
// N1. A server that comes back has the name, ports and store it had, so that it is the same replica to the others.
// N2. A store of one server is not a store of three: what lies in the data directory must have been made by as many.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#clock/clock.ts';
import { Fault } from '#domain/fault.ts';
import type { Child, Supervisor } from '#supervisor/supervisor.ts';
import type { LogServerRecord } from './cluster-file.ts';
import type { Config } from './config.ts';
import { diskFullMessage, watchDisk } from './disk-watch.ts';
import { claimPorts, type NatsServer, type NatsServerOptions, type Peer, startNatsServer } from './nats-server.ts';

const HOST = '127.0.0.1';

/** The ways between processes. A drill puts itself in between; they are straight when nobody does. */
export interface Network {
  /** Addresses at which a role reaches the log, given those of the servers. */
  toLog(role: string, url: string): Promise<string>;
  /** Port at which the other servers reach one. */
  toServer(name: string, routePort: number): Promise<number>;
}

export interface LogServersPorts {
  readonly clock: Clock;
  readonly supervisor: Supervisor;
  readonly onEvent: (event: string) => void;
  readonly network?: Network | undefined;
  /** A server has another process now. */
  readonly onChange: () => void;
}

export interface LogServers {
  /** Addresses of all, with commas between them. */
  readonly url: string;
  readonly records: () => LogServerRecord[];
}

interface Place {
  readonly name: string;
  readonly options: NatsServerOptions;
  life: NatsServer;
}

/** Starts them and gives them to the supervisor. Throws NATS_SERVER_MISSING, PORT_TAKEN, DISK_FULL, FILE_UNWRITABLE, NATS_UNREACHABLE, CONFIG_INVALID. */
export async function startLogServers(config: Config, ports: LogServersPorts): Promise<LogServers> {
  const { supervisor, onEvent } = ports;
  const plans = await planServers(config, ports);
  const started = await Promise.allSettled(plans.map(({ options }) => startNatsServer(options)));
  const lives = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failure = started.find((result) => result.status === 'rejected');
  if (failure) {
    await Promise.all(lives.map((life) => life.stop()));
    throw failure.reason;
  }
  const places = plans.map(({ name, options }, k): Place => ({ name, options: { ...options, port: Number(new URL(lives[k]!.url).port) }, life: lives[k]! }));
  for (const place of places) {
    onEvent(`${place.name} ${place.life.version} on ${place.life.url}`);
    keep(place, ports, supervisor);
  }
  return {
    url: places.map(({ life }) => life.url).join(),
    records: () => places.map(({ name, life, options }) => ({ name, pid: life.pid, url: life.url, ...(options.peer && { monitorUrl: `http://${HOST}:${options.peer.monitorPort}` }) })),
  };
}

async function planServers({ dataDir, nats }: Config, { clock, network }: LogServersPorts): Promise<{ name: string; options: NatsServerOptions }[]> {
  const alone = join(dataDir, 'nats');
  const base = { binary: nats.binary, storeMaxBytes: nats.storeMaxBytes, clock };
  requireSameServers(alone, nats.servers);
  if (nats.servers === 1) return [{ name: 'nats-server', options: { ...base, dir: alone, port: nats.port } }];
  const names = Array.from({ length: nats.servers }, (_, k) => `nats-server-${k + 1}`);
  const free = names.map(() => 0);
  const ports = await claimPorts(HOST, [...names.map((_, k) => (nats.port === 0 ? 0 : nats.port + k)), ...free, ...free]);
  const [clientPorts, routePorts, monitorPorts] = [0, 1, 2].map((k) => ports.slice(k * names.length, (k + 1) * names.length)) as [number[], number[], number[]];
  const advertised = await Promise.all(names.map(async (name, k) => `${HOST}:${(await network?.toServer(name, routePorts[k]!)) ?? routePorts[k]!}`));
  return names.map((name, k) => {
    const peer: Peer = { name, routePort: routePorts[k]!, advertised: advertised[k]!, routes: advertised.filter((_, other) => other !== k).map((address) => `nats://${address}`), monitorPort: monitorPorts[k]! };
    return { name, options: { ...base, dir: join(alone, name), port: clientPorts[k]!, peer } };
  });
}

/** By N2. */
function requireSameServers(dir: string, servers: number): void {
  const wasAlone = existsSync(join(dir, 'store'));
  const wasSeveral = existsSync(join(dir, 'nats-server-1'));
  if ((servers === 1 && !wasSeveral) || (servers > 1 && !wasAlone)) return;
  throw new Fault('CONFIG_INVALID', `${dir} holds the log of ${wasAlone ? 'one server' : 'three servers'}, and nats.servers is ${servers}`, {
    cure: `set nats.servers to ${wasAlone ? 1 : 3}, or give the cluster another dataDir and replay its sources`,
    data: { dir, servers },
  });
}

/** By N1. */
function keep(place: Place, { clock, onEvent, onChange }: LogServersPorts, supervisor: Supervisor): void {
  const { name, options } = place;
  let first = true;
  void supervisor.add({
    id: name,
    restart: 'permanent',
    start: async (): Promise<Child> => {
      if (!first) {
        place.life = await startNatsServer(options);
        onEvent(`${name} came back on ${place.life.url}`);
        onChange();
      }
      first = false;
      const { life } = place;
      let stopping = false;
      const unwatch = watchDisk({
        dir: options.dir,
        logFile: life.logFile,
        clock,
        onFull: () => onEvent(diskFullMessage(options.dir)),
        onSpace: () => {
          onEvent(`there is space on the disk again; ${name} is started again`);
          process.kill(life.pid, 'SIGTERM');
        },
      });
      return {
        ended: life.exited.then((reason) => {
          unwatch();
          if (!stopping) throw new Error(reason);
        }),
        stop: async () => {
          stopping = true;
          await life.stop();
        },
      };
    },
  });
}
