// qmtl split: several owners for a slot that is too much for one shard, and back, while rows flow.
import { SHARES_MAX } from '#bus/shares.ts';
import type { DivideAnswer, DivideRequest } from '#dag/divisions.ts';
import { type Cli, type Command, examples, jsonOption, numberIn } from './cli.ts';
import { type ClusterOptions, withCluster, withClusterOptions } from './connect.ts';
import { EXIT } from './exit.ts';

const ASK_AGAIN_MS = 100;
const CHANGE_WAIT_MS = 60_000;

interface Options extends ClusterOptions {
  readonly into?: number;
  readonly undo?: true;
  readonly json?: true;
}

export function registerSplit(program: Command, cli: Cli): void {
  withClusterOptions(program.command('split'))
    .description('let several owners run a slot that is too much for one, each some of its sources; subjects stay')
    .argument('<slot>', 'as `qmtl status` shows it')
    .option('--into <shares>', 'how many owners; at most one for each source (default: 2)', numberIn(2, SHARES_MAX))
    .option('--undo', 'make the slot whole again')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl split 00a', 'two owners, on two members where there are two'], ['qmtl split 00a --undo', 'one owner again']))
    .action(async (slot: string, options: Options) => {
      const shares = options.undo ? 1 : (options.into ?? 2);
      const answer = await withCluster(options, cli, async ({ bus, subjects }) => {
        const ask = (): Promise<DivideAnswer> => bus.call<DivideRequest, DivideAnswer>(subjects.call('dag', 'split'), { slot, shares });
        const deadlineMs = cli.clock.monotonicMs() + CHANGE_WAIT_MS;
        let found = await ask();
        for (; !isDone(found) && !cli.stopSignal().aborted && cli.clock.monotonicMs() < deadlineMs; found = await ask()) await cli.clock.sleep(ASK_AGAIN_MS, cli.stopSignal()).catch(() => {});
        return found;
      });
      if (options.json) cli.out.json(answer);
      else if (!isDone(answer)) cli.out.note(`slot ${slot} is ${answer.state} still; that goes on by itself`);
      else cli.out.line(answer.shares === 1 ? `slot ${slot} has one owner` : `slot ${slot} has ${answer.shares} owners; \`qmtl status\` shows its shares as ${slot}, ${slot}-1, …`);
      if (!isDone(answer)) cli.exitCode ??= EXIT.NOT_READY;
    });
}

function isDone({ state }: DivideAnswer): boolean {
  return state === 'divided' || state === 'whole';
}
