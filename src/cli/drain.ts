// qmtl drain: takes a member out of service while everything goes on, for a restart, an upgrade or a smaller cluster.
import type { DrainAnswer, DrainRequest } from '#dag/manager.ts';
import { type Cli, type Command, examples, jsonOption } from './cli.ts';
import { type ClusterOptions, withCluster, withClusterOptions } from './connect.ts';
import { EXIT } from './exit.ts';

const ASK_AGAIN_MS = 200;

export function registerDrain(program: Command, cli: Cli): void {
  withClusterOptions(program.command('drain'))
    .description('hand over everything a member runs, and give it nothing new')
    .argument('<member>', 'its id, as `qmtl status` shows it')
    .option('--undo', 'let it run slots again')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl drain m1', 'ends when m1 runs nothing any more'], ['qmtl drain m1 --undo', 'm1 takes its share again']))
    .action(async (member: string, options: ClusterOptions & { undo?: true; json?: true }) => {
      const drained = options.undo !== true;
      const left = await withCluster(options, cli, async ({ bus, subjects }) => {
        const ask = (): Promise<DrainAnswer> => bus.call<DrainRequest, DrainAnswer>(subjects.call('dag', 'drain'), { member, drained });
        const first = await ask();
        if (!drained || first.slots === 0 || first.others === 0) return first;
        const bar = cli.progress(`draining ${member}`, first.slots);
        let answer = first;
        for (; answer.slots > 0 && !cli.stopSignal().aborted; answer = await ask()) {
          bar.at(Math.max(0, first.slots - answer.slots));
          await cli.clock.sleep(ASK_AGAIN_MS, cli.stopSignal()).catch(() => {});
        }
        bar.end();
        return answer;
      });
      if (options.json) cli.out.json({ member, drained, ...left });
      else if (!drained) cli.out.line(`${member} takes its share of the slots again`);
      else if (left.slots === 0) cli.out.line(`${member} runs nothing any more; it may be stopped`);
      else if (left.others === 0) cli.out.note(`${member} keeps its ${left.slots} slots: no other member lives that may take them`);
      else cli.out.note(`${member} still runs ${left.slots} slots; they go on being handed over`);
      if (drained && left.slots > 0) cli.exitCode ??= EXIT.NOT_READY;
    });
}
