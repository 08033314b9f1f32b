// The program of a role's process: `up` forks it with the role's name and, in QMTL_ROLE, the checked configuration.
import { flushCompileCache } from 'node:module';
import type { RoleName } from './roles.ts';
import type { RoleStart } from './up.ts';

const name = process.argv[2] as RoleName;
const { config, natsUrl, isSpare } = JSON.parse(process.env['QMTL_ROLE']!) as RoleStart;
const called = isSpare ? new Promise<void>((go) => process.once('message', () => go())) : undefined;
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
// Ctrl-C reaches the whole process group; the parent decides who stops when.
process.on('SIGINT', () => {});
// The parent is gone: nobody would start this role again or stop it.
process.on('disconnect', () => stop.abort());

const [, member] = name.split(':');
// Before the rest is loaded: that takes as long here as there, and there are processors for both.
const shards = member === undefined ? undefined : (await import('./member-threads.ts')).startThreads(member, config, natsUrl);
if (!called) shards?.begin();
const { runRole } = await import('./roles.ts');
try {
  await runRole({ name, config, natsUrl, shards, called }, stop.signal, (ready) => {
    process.send?.(ready);
    flushCompileCache(); // at once: one that is killed writes nothing at its end
  });
  process.exit(0);
} catch (error) {
  const { logger } = await import('#telemetry/log.ts');
  logger({ role: name, level: config.logLevel === 'silent' ? 'fatal' : config.logLevel }).fatal({ error }, 'the role cannot go on');
  process.exit(1);
}
