// An expected failure. It says what is wrong, where, and the cure, and it carries a code that is never reused.
// Bugs are not Faults: they are plain errors, and they crash the actor they happen in.

export interface FaultDetails {
  /** What to do about it, as an instruction. */
  readonly cure?: string;
  /** Facts a program may want: names, line and column, limits. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** True when the same call may succeed later without any change. */
  readonly retry?: boolean;
  readonly cause?: unknown;
}

export class Fault extends Error {
  readonly code: FaultCode;
  readonly cure: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  readonly retry: boolean;

  constructor(code: FaultCode, message: string, details: FaultDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Fault';
    this.code = code;
    this.cure = details.cure;
    this.data = details.data ?? {};
    this.retry = details.retry ?? false;
  }
}

/** True for a Fault, also one that crossed a thread or a process and lost its class. */
export function isFault(error: unknown): error is Fault {
  return error instanceof Error && error.name === 'Fault' && 'code' in error;
}

/** Every code QMTL can answer with; `docs/errors.md` lists the same, and a test compares the two. */
export const FAULT_CODES = {
  // declaration and graph
  SPEC_INVALID: 'a node or strategy declaration is wrong',
  INTERVAL_INVALID: 'an interval is missing or not of the form 1s … 1d',
  PERIOD_INVALID: 'a period is not a whole number from 1 to 525,600',
  PARAM_INVALID: 'a parameter is unknown, of the wrong type, or out of range',
  KERNEL_UNKNOWN: 'no kernel has this name',
  CODE_CAPTURES: 'a compute function uses a name it was not given',
  CODE_INVALID: 'a compute function or WebAssembly kernel cannot be read, or breaks a rule',
  GRAPH_CYCLE: 'nodes depend on each other in a circle',
  GRAPH_UPSTREAM_UNKNOWN: 'a node names an upstream that does not exist',
  GRAPH_SOURCE_MISSING: 'a node has no source of rows above it',
  STRATEGY_FILE_INVALID: 'a strategy file cannot be loaded or exports no Strategy',
  TAG_QUERY_UNRESOLVED: 'a tag query finds no node, or nothing there looks for one',
  COMPUTE_FAILED: 'a compute function threw or returned something that is not a number, or a WebAssembly kernel trapped',
  LOOK_AHEAD: 'a value depends on bars that come later',
  RUN_DIFFERS: 'a run is not what it was',
  SANDBOX_FAILED: 'no process for the code of authors could be started',
  // data
  DATA_FILE_UNREADABLE: 'a data file is missing or cannot be read',
  DATA_HEADER_INVALID: 'a data file has no usable header',
  DATA_COLUMNS_INVALID: 'bars given as columns are no columns of bars',
  DATA_ROW_INVALID: 'a row of a data file is malformed',
  DATA_MISSING: 'rows are missing from a stream that may not miss any',
  DATA_SOURCE_UNBOUND: 'a strategy reads a source no data was given for',
  // trading
  ORDER_REFUSED: 'an order request broke a risk rule',
  VENUE_SILENT: 'a venue did not answer, so the outcome of an order is not known',
  MONEY_INVALID: 'an amount cannot be represented exactly',
  // cluster
  CONFIG_INVALID: 'a configuration value is wrong',
  NATS_SERVER_MISSING: 'no nats-server of a usable version was found',
  NATS_UNREACHABLE: 'no nats-server answers at the address',
  PORT_TAKEN: 'a port is in use by another program',
  LOG_REFUSED: 'the log refused a write',
  LOG_GAP: 'rows are missing from the log',
  FRAME_INVALID: 'a frame is damaged or of an unknown version',
  LEASE_LOST: 'another member owns the slot now',
  CHECKPOINT_DAMAGED: 'a checkpoint failed its checksum or has an unknown format',
  REPLAY_DIVERGED: 'a replayed row differs from the committed one',
  DISK_FULL: 'the disk is full',
  MEMORY_FULL: 'the nodes of a plan need more memory than there is',
  FILE_UNWRITABLE: 'a file cannot be written',
  JOURNAL_FOREIGN: 'a journal belongs to another search',
  NODE_UNKNOWN: 'no node has this id',
  NODE_RETIRED: 'no strategy has the node any more',
  STRATEGY_UNKNOWN: 'no strategy has this name or id',
  STRATEGY_ENDED: 'a submission is of a life of its strategy that has ended',
  MEMBER_UNKNOWN: 'no member has this name',
  SLOT_INDIVISIBLE: 'a slot cannot be divided so',
  SUBMISSION_REFUSED: 'the gateway refused a submission',
  CLUSTER_NOT_READY: 'the cluster is not ready',
  CLUSTER_ALREADY_UP: 'a cluster already runs from this directory',
  CLUSTER_NOT_UP: 'no cluster runs from this directory',
  SCENARIO_IMPOSSIBLE: 'a drill cannot be run here',
  DRILL_FAILED: 'a drill broke a promise',
  TIMEOUT: 'an answer did not come in time',
  USAGE: 'the command was called with the wrong words',
} as const;

export type FaultCode = keyof typeof FAULT_CODES;
