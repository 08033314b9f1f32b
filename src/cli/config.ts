// qmtl config: what the configuration says, where each value comes from, and what it may say.

import { type Cli, type Command, configFile, type ConfigOptions, examples, jsonOption, withConfigOptions } from './cli.ts';

interface Options extends ConfigOptions {
  readonly json?: boolean;
}

export function registerConfig(program: Command, cli: Cli): void {
  const group = program.command('config').description('check, show and describe the configuration');

  withConfigOptions(group.command('validate').description('check a cluster.yml: every mistake with line, column and cure'))
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl config validate', 'check ./cluster.yml and the environment'], ['qmtl config validate -f prod.yml --json', 'the same for a script: exit code 4 and the problems as JSON']))
    .action(async (options: Options) => {
      const { config, file } = await explain(options, cli);
      const shards = config.members.reduce((sum, member) => sum + member.shards, 0);
      if (options.json) cli.out.json({ valid: true, file: file ?? null, members: config.members.length, shards, slots: config.slots });
      else cli.out.line(`${cli.out.paint('green', '✓')} ${file ?? 'the default configuration'} is valid: ${config.members.length} members, ${shards} shards, ${config.slots} slots`);
    });

  withConfigOptions(group.command('show').description('every value in force and where it comes from'))
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl config show', 'values and their origin: file:line:column, variable, flag or default'], ['QMTL__SLOTS=8 qmtl config show --set nats.port=4222', 'flag wins over environment, environment over file']))
    .action(async (options: Options) => {
      const { config, values } = await explain(options, cli);
      if (options.json) cli.out.json({ config, origins: Object.fromEntries(values.map(({ path, origin }) => [path, origin])) });
      else cli.out.table(['key', 'value', 'origin'], values.map(({ path, value, origin }) => [path, String(value), origin]));
    });

  group
    .command('schema')
    .description('JSON Schema of cluster.yml, for editors')
    .addOption(jsonOption().default(true).hideHelp())
    .addHelpText('after', examples(['qmtl config schema > cluster.schema.json', 'then "# yaml-language-server: $schema=cluster.schema.json" as first line of cluster.yml']))
    .action(async () => {
      const { configJsonSchema } = await import('#cluster/config-schema.ts');
      cli.out.json(configJsonSchema());
    });
}

async function explain(options: Options, cli: Cli) {
  const { explainConfig } = await import('#cluster/config.ts');
  const file = configFile(options);
  return { file, ...explainConfig(file, { env: cli.env, flags: options.set ?? {} }) };
}
