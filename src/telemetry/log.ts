// Everything QMTL logs: one JSON object a line, with the role that speaks and, where there is one, the correlation id
// of the request it speaks about. Home of pino.
//
// Absent on purpose: pretty printing (pipe it), files and rotation (journald, container runtime).

import pino from 'pino';

import { type Random, systemRandom } from '#clock/random.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A logger. `log.info({ nodeId }, 'adopted')` adds fields; `log.child({ correlationId })` adds them to every line. */
export type Log = pino.Logger;

export interface LogTerms {
  /** What this process is in the cluster: `gateway`, `dag-manager`, `member`, `cli`. */
  readonly role: string;
  /** Id of the member, where the role is one. */
  readonly member?: string;
  readonly level: LogLevel;
  /** Services log to stdout; the CLI to stderr, since its stdout is the answer. A stream takes the lines in tests. */
  readonly to?: 'stdout' | 'stderr' | { write(line: string): void };
}

/** Values under these keys never reach a log line, at the top or one level down. */
const SECRET_KEYS = ['password', 'token', 'secret', 'apiKey', 'authorization', 'cookie', 'creds', 'privateKey'];
/** Addresses stay readable, without the user and password they may carry. */
const ADDRESS_KEYS = ['url', 'natsUrl', 'servers'];

export function logger(terms: LogTerms): Log {
  const { role, member, level, to = 'stdout' } = terms;
  // Synchronous: the last lines before a crash are the ones that matter.
  const destination = typeof to === 'string' ? pino.destination({ dest: to === 'stdout' ? 1 : 2, sync: true }) : to;
  return pino(
    {
      level,
      base: { role, ...(member === undefined ? {} : { member }), pid: process.pid },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Both names carry an error; a Fault's code, cure and data are own properties and go along.
      serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
      redact: {
        paths: [...SECRET_KEYS, ...ADDRESS_KEYS].flatMap((key) => [key, `*.${key}`]),
        censor: (value, path) => (ADDRESS_KEYS.includes(path.at(-1) ?? '') ? withoutUser(value) : '[redacted]'),
      },
    },
    destination,
  );
}

/** An id that follows one request through every process it touches. */
export function newCorrelationId(random: Random = systemRandom): string {
  return random.id();
}

function withoutUser(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUser);
  return typeof value === 'string' ? value.replace(/\/\/[^/@\s]*@/g, '//[redacted]@') : value;
}
