// qmtl up and qmtl down: a whole cluster on this machine, started and stopped.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aborted } from '#clock/clock.ts';
import { systemRandom } from '#clock/random.ts';
import { Fault } from '#domain/fault.ts';
import { logger } from '#telemetry/log.ts';
import { type Cli, type Command, type ConfigOptions, configFile, examples, jsonOption, readConfig, withConfigOptions } from './cli.ts';

const DETACH_WAIT_MS = 40_000;
const DOWN_WAIT_MS = 30_000;

interface UpOptions extends ConfigOptions {
  readonly detach?: true;
  readonly json?: true;
}

export function registerUp(program: Command, cli: Cli): void {
  withConfigOptions(program.command('up'))
    .description('start a cluster on this machine: nats-server, gateway, DAG manager, members')
    .option('-d, --detach', 'answer when it is ready and leave it running; `qmtl down` stops it')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl up -f cluster.yml', 'in the foreground; Ctrl-C stops it cleanly'], ['qmtl up --detach && qmtl status && qmtl down', 'in the background']))
    .action((options: UpOptions) => (options.detach ? upDetached(options, cli) : up(options, cli)));

  withConfigOptions(program.command('down'))
    .description('stop the cluster that was started here')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl down', 'stops every process; the data stays for the next `up`']))
    .action((options: UpOptions) => down(options, cli));
}

async function up(options: UpOptions, cli: Cli): Promise<void> {
  const { startCluster } = await import('#cluster/up.ts');
  const config = await readConfig(options, cli);
  const stopped = cli.stopSignal();
  const say = (event: string): void => {
    if (!options.json) cli.out.line(`${cli.out.paint('dim', new Date(cli.clock.now()).toISOString().slice(11, 23))}  ${event}`);
  };
  const cluster = await startCluster(config, { clock: cli.clock, random: systemRandom, log: logger({ role: 'up', level: 'silent' }), onEvent: say });
  if (options.json) cli.out.jsonLine({ ready: true, ...cluster.file() });
  else {
    say(cli.out.paint('green', 'the cluster is ready'));
    cli.out.note('next: `qmtl publish <strategy.ts>`, `qmtl feed replay <bars.csv>`, `qmtl status`; Ctrl-C stops everything');
  }
  await aborted(stopped);
  say('stopping');
  await cluster.stop();
  say('stopped; the data stays for the next `qmtl up`');
  cli.exitCode = 0; // being stopped is how it ends
}

async function upDetached(options: UpOptions, cli: Cli): Promise<void> {
  const { readClusterFile, isAlive, makeLogsDir } = await import('#cluster/cluster-file.ts');
  const config = await readConfig(options, cli);
  const logs = makeLogsDir(config.dataDir);
  const logFile = join(logs, 'up.log');
  const output = openSync(logFile, 'w');
  const file = configFile(options);
  const sets = Object.entries(options.set ?? {}).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, 'up', '--json', ...(file === undefined ? [] : ['-f', file]), ...sets], { detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  let gone = false;
  child.once('exit', () => (gone = true));
  const deadlineMs = cli.clock.monotonicMs() + DETACH_WAIT_MS;
  for (;;) {
    const said = readFileSync(logFile, 'utf8');
    if (said.includes('"ready":true')) break;
    if (gone) throw startFault(said);
    if (cli.clock.monotonicMs() > deadlineMs) {
      child.kill('SIGTERM');
      throw new Fault('TIMEOUT', `the cluster is not ready after ${DETACH_WAIT_MS / 1000} s`, { cure: `read ${logs}` });
    }
    await cli.clock.sleep(50);
  }
  child.unref();
  const cluster = readClusterFile(config.dataDir);
  if (!cluster || !isAlive(cluster.pid)) throw startFault(readFileSync(logFile, 'utf8'));
  if (options.json) cli.out.json({ ready: true, ...cluster });
  else {
    cli.out.line(`cluster ready on ${cluster.natsUrl}: ${cluster.roles.map((role) => role.name).join(', ')}`);
    cli.out.note('stop it with `qmtl down`');
  }
}

/** What the background process said of its failure is said here as if it had happened here. */
function startFault(said: string): Fault {
  const at = said.indexOf('{');
  try {
    const { error } = JSON.parse(said.slice(at)) as { error: { code: Fault['code']; message: string; cure?: string } };
    return new Fault(error.code, error.message, error.cure === undefined ? {} : { cure: error.cure });
  } catch {
    return new Fault('CLUSTER_NOT_READY', `the cluster did not start: ${said.trim().split('\n').at(-1) ?? ''}`);
  }
}

async function down(options: UpOptions, cli: Cli): Promise<void> {
  const { runningCluster, isAlive } = await import('#cluster/cluster-file.ts');
  const config = await readConfig(options, cli);
  const cluster = runningCluster(config.dataDir);
  process.kill(cluster.pid, 'SIGTERM');
  const deadlineMs = cli.clock.monotonicMs() + DOWN_WAIT_MS;
  while (isAlive(cluster.pid)) {
    if (cli.clock.monotonicMs() > deadlineMs) {
      throw new Fault('TIMEOUT', `process ${cluster.pid} still runs after ${DOWN_WAIT_MS / 1000} s`, { cure: `end it with kill -9 ${cluster.pid}; the next \`qmtl up\` clears what it leaves` });
    }
    await cli.clock.sleep(50);
  }
  if (options.json) cli.out.json({ stopped: true, pid: cluster.pid });
  else cli.out.line('the cluster is stopped; its data stays for the next `qmtl up`');
}
