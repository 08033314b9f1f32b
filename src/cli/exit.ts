// How a command ends. Scripts depend on these numbers: they are never reused for something else.

import { type FaultCode, isFault } from '#domain/fault.ts';

export const EXIT = {
  OK: 0,
  FAILURE: 1,
  USAGE: 2,
  NOT_READY: 3,
  CONFIG_INVALID: 4,
  REFUSED_BY_RISK: 5,
  TIMEOUT: 124,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** For `qmtl --help` and the docs. */
export const EXIT_MEANING: Readonly<Record<Exit, string>> = {
  [EXIT.OK]: 'done',
  [EXIT.FAILURE]: 'failed: bad input, or a bug',
  [EXIT.USAGE]: 'called with the wrong words',
  [EXIT.NOT_READY]: 'something needed is not there: no cluster, no nats-server, a port taken',
  [EXIT.CONFIG_INVALID]: 'the configuration is wrong',
  [EXIT.REFUSED_BY_RISK]: 'refused by a risk rule or the kill switch',
  [EXIT.TIMEOUT]: 'no answer in time',
  [EXIT.SIGINT]: 'interrupted (Ctrl-C)',
  [EXIT.SIGTERM]: 'told to stop (SIGTERM)',
};

/** Faults that mean more than "failed"; all others end with FAILURE. */
const EXIT_OF_FAULT: Partial<Record<FaultCode, Exit>> = {
  USAGE: EXIT.USAGE,
  CONFIG_INVALID: EXIT.CONFIG_INVALID,
  ORDER_REFUSED: EXIT.REFUSED_BY_RISK,
  TIMEOUT: EXIT.TIMEOUT,
  NATS_SERVER_MISSING: EXIT.NOT_READY,
  NATS_UNREACHABLE: EXIT.NOT_READY,
  PORT_TAKEN: EXIT.NOT_READY,
  CLUSTER_NOT_READY: EXIT.NOT_READY,
  CLUSTER_NOT_UP: EXIT.NOT_READY,
  CLUSTER_ALREADY_UP: EXIT.NOT_READY,
};

export function exitOf(error: unknown): Exit {
  return isFault(error) ? (EXIT_OF_FAULT[error.code] ?? EXIT.FAILURE) : EXIT.FAILURE;
}
