// The program of a role's process: `up` forks it with the role's name and, in QMTL_ROLE, the checked configuration.
import { flushCompileCache } from 'node:module';
import { logger } from '#telemetry/log.ts';
import type { Config } from './config.ts';
import { type RoleName, runRole } from './roles.ts';

const name = process.argv[2] as RoleName;
const { config, natsUrl } = JSON.parse(process.env['QMTL_ROLE']!) as { config: Config; natsUrl: string };
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
// Ctrl-C reaches the whole process group; the parent decides who stops when.
process.on('SIGINT', () => {});
// The parent is gone: nobody would start this role again or stop it.
process.on('disconnect', () => stop.abort());

try {
  await runRole(name, config, natsUrl, stop.signal, (ready) => {
    process.send?.(ready);
    flushCompileCache(); // at once: one that is killed writes nothing at its end
  });
  process.exit(0);
} catch (error) {
  logger({ role: name, level: config.logLevel === 'silent' ? 'fatal' : config.logLevel }).fatal({ error }, 'the role cannot go on');
  process.exit(1);
}
