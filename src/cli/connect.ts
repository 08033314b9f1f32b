// How commands find the cluster they speak to.
import { NatsBus } from '#bus/nats.ts';
import { type Subjects, subjects } from '#bus/subjects.ts';
import { type LogServerRecord, runningCluster } from '#cluster/cluster-file.ts';
import { type Cli, type Command, type ConfigOptions, Option, readConfig } from './cli.ts';

export interface ClusterOptions extends Omit<ConfigOptions, 'set'> {
  readonly nats?: string;
  readonly tenant?: string;
}

export interface Connection {
  readonly bus: NatsBus;
  readonly subjects: Subjects;
  readonly natsUrl: string;
  readonly slots: number;
  /** Where its data lie, for a cluster that `qmtl up` runs on this machine. */
  readonly dataDir: string | undefined;
  /** The nats-servers that `up` started. */
  readonly logServers: readonly LogServerRecord[];
}

/** `-f`, `--nats` and `--tenant`, for every command that speaks to a cluster. */
export function withClusterOptions(command: Command): Command {
  return command
    .addOption(new Option('-f, --file <cluster.yml>', 'the cluster’s configuration; ./cluster.yml where there is one').env('QMTL_CONFIG'))
    .addOption(new Option('--nats <url>', 'address of its nats-server, when it runs elsewhere').env('QMTL_NATS_URL'))
    .addOption(new Option('--tenant <name>', 'tenant, when it is not the configuration’s').env('QMTL_TENANT'));
}

/** Connects to the cluster an option, the environment, the configuration or a running `up` names, in this order. Throws CLUSTER_NOT_UP or NATS_UNREACHABLE. */
export async function connectTo(options: ClusterOptions, cli: Cli): Promise<Connection> {
  const config = await readConfig(options.file === undefined ? {} : { file: options.file }, cli);
  const given = options.nats ?? config.nats.url;
  const running = given === undefined ? runningCluster(config.dataDir) : undefined;
  const names = subjects(options.tenant ?? running?.tenant ?? config.tenant);
  const natsUrl = given ?? running!.natsUrl;
  const bus = await NatsBus.connect({ url: natsUrl, subjects: names, clock: cli.clock, name: 'cli' });
  return { bus, subjects: names, natsUrl, slots: running?.slots ?? config.slots, dataDir: running && config.dataDir, logServers: running?.logServers ?? [] };
}

/** Runs with a connection and closes it. */
export async function withCluster<T>(options: ClusterOptions, cli: Cli, run: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connectTo(options, cli);
  try {
    return await run(connection);
  } finally {
    await connection.bus.close();
  }
}

