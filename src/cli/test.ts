// qmtl test: an author's tests, run by Node's own runner on the Node that QMTL brings.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { Fault } from '#domain/fault.ts';
import { type Cli, type Command, examples, jsonOption } from './cli.ts';

interface Told {
  readonly name: string;
  readonly passed: boolean;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly reason?: string;
}

export function registerTest(program: Command, cli: Cli): void {
  program
    .command('test')
    .description('run tests of strategies with Node’s test runner')
    .argument('[files...]', 'test files; test/**/*.test.ts when left out')
    .addOption(jsonOption())
    .addHelpText('after', examples(['qmtl test', 'every test below test/'], ['qmtl test test/golden-cross.test.ts --json', 'one file, for scripts']))
    .action((files: readonly string[], { json }: { json?: true }) => runTests(files, json ?? false, cli));
}

async function runTests(given: readonly string[], asJson: boolean, cli: Cli): Promise<void> {
  const files = given.length > 0 ? given : globSync('test/**/*.test.ts');
  if (files.length === 0) throw new Fault('USAGE', 'there is no test below test/', { cure: 'write test/<name>.test.ts, or name the files' });
  const tests: Told[] = [];
  const events = run({ files: files.map((file) => resolve(file)), concurrency: true });
  events.on('test:pass', ({ name, file, line }) => void tests.push({ name, passed: true, file, line }));
  events.on('test:fail', ({ name, file, line, details }) => void tests.push({ name, passed: false, file, line, reason: details.error.cause instanceof Error ? details.error.cause.message : details.error.message }));
  if (asJson) {
    for await (const _ of events) continue;
    cli.out.json({ tests });
  } else for await (const text of events.compose(new spec())) cli.out.stdout.write(String(text));
  cli.exitCode = tests.every(({ passed }) => passed) ? 0 : 1;
}
