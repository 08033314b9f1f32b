// What a running cluster writes into its data directory, so that commands find it.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '#domain/directory.ts';
import { Fault } from '#domain/fault.ts';
import { saysDiskFull } from '#domain/unwritable.ts';

export interface ClusterFile {
  /** The process of `qmtl up`. */
  readonly pid: number;
  /** Addresses of the log's servers, with commas between them. */
  readonly natsUrl: string;
  readonly tenant: string;
  readonly slots: number;
  /** The nats-servers it started; none when it uses a log that runs. */
  readonly logServers: readonly LogServerRecord[];
  readonly roles: readonly { readonly name: string; readonly pid: number; readonly httpPort: number }[];
}

export interface LogServerRecord {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
  /** Where one of several tells how its replicas stand. */
  readonly monitorUrl?: string;
}

const NAME = 'cluster.json';

/** Written as a whole: a reader never sees half of it. Throws DISK_FULL or FILE_UNWRITABLE. */
export function writeClusterFile(dataDir: string, cluster: ClusterFile): void {
  const path = join(dataDir, NAME);
  try {
    writeFileSync(`${path}.new`, `${JSON.stringify(cluster, null, 2)}\n`);
    renameSync(`${path}.new`, path);
  } catch (cause) {
    throw dataDirFault(dataDir, cause);
  }
}

/** Makes the directory for logs, and with it the data directory; answers its path. Throws DISK_FULL or FILE_UNWRITABLE. */
export function makeLogsDir(dataDir: string): string {
  const logs = join(dataDir, 'logs');
  try {
    makeDirectory(logs);
  } catch (cause) {
    throw dataDirFault(dataDir, cause);
  }
  return logs;
}

/** The Fault for a data directory that takes no writes. */
export function dataDirFault(dataDir: string, cause: unknown): Fault {
  const isFull = saysDiskFull(cause);
  return new Fault(isFull ? 'DISK_FULL' : 'FILE_UNWRITABLE', `the cluster cannot write to its dataDir ${dataDir}: ${(cause as Error).message}`, {
    cure: isFull ? 'free some space there, or set another dataDir' : 'set dataDir to a directory this user may write to',
    data: { path: dataDir },
    cause,
  });
}

export function removeClusterFile(dataDir: string): void {
  rmSync(join(dataDir, NAME), { force: true });
}

/** The cluster that was started from this directory, whether its processes still live or not. */
export function readClusterFile(dataDir: string): ClusterFile | undefined {
  const path = join(dataDir, NAME);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ClusterFile;
  } catch (cause) {
    throw new Fault('CONFIG_INVALID', `${path} is damaged: ${(cause as Error).message}`, { cure: 'end the cluster’s processes if any run, then remove the file', cause });
  }
}

/** The cluster that runs from this directory. Throws CLUSTER_NOT_UP. */
export function runningCluster(dataDir: string): ClusterFile {
  const cluster = readClusterFile(dataDir);
  if (!cluster || !isAlive(cluster.pid)) {
    throw new Fault('CLUSTER_NOT_UP', `no cluster runs from ${dataDir}`, { cure: 'start one with `qmtl up`, or name another with -f, --nats or QMTL_NATS_URL', data: { dataDir } });
  }
  return cluster;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
