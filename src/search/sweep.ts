// Runs the trials of a search, on this thread or on several, and answers their outcomes in the order of the trials.
// W1. An outcome depends on its trial and the ground alone: neither batches, threads nor the order they end in leave a trace in it.
// W2. A thread works one batch at a time and gets the next when it is done; trials are declared just before they are sent.
// W3. The thread that hands out is one of them: it has everything loaded when the others begin to. Its batches are small, and between them it
//     hears what the others have found.
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { withUpstreams } from '#actors/assemble.ts';
import { SystemClock } from '#clock/system.ts';
import type { BarColumns, SourceID } from '#domain/bar.ts';
import { Fault, isFault } from '#domain/fault.ts';
import { canonicalJson } from '#domain/node-id.ts';
import type { DeclaredNode, NodeID } from '#domain/node-spec.ts';
import { programBeside } from '#domain/program.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { type Thread, ThreadPool } from '#kernels/pool.ts';
import { type Batch, runBatch, type TrialAnswer, type TrialFailure, type TrialResult } from './batch.ts';
import { TRIAL_FIGURES } from './figures.ts';
import { Journal } from './journal.ts';
import type { Ground, Span } from './span.ts';
import type { ThreadOrder } from './thread.ts';

export interface SweepTask {
  readonly count: number;
  /** The strategy of trial `index`, as data. */
  readonly declare: (index: number) => StrategySpec;
  readonly data: ReadonlyMap<SourceID, BarColumns>;
  readonly spans: readonly Span[];
}

export interface SweepOptions {
  /** As many as there are cores when left out; 1 stays on this thread. */
  readonly threads?: number;
  /** A file that keeps what was found, so that a search that was cut short goes on where it was. */
  readonly journal?: string;
  /** Trials done of all trials. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** At this many trials the nodes they share have been paid for, and a plan of them takes some tens of megabytes. */
const BATCH_TRIALS_MAX = 512;
/** Several batches for each thread, so that all of them end at about the same time. */
const BATCHES_PER_THREAD = 3;
/** Trial-bars that a thread works through in some fifty milliseconds, for which the others may have to wait. */
const OWN_WORK_MAX = 4_000_000;
/** Below this many trial-bars a thread costs more to start than it saves. */
const THREAD_WORK_MIN = 4_000_000;

/** Throws JOURNAL_FOREIGN, and SPEC_INVALID for a strategy without a target. A trial that cannot be declared or that fails is an answer. */
export async function sweep(task: SweepTask, options: SweepOptions = {}): Promise<TrialAnswer[]> {
  const { count, data, spans } = task;
  const bars = [...data.values()].reduce((sum, columns) => sum + columns[0]!.length, 0);
  const journal = options.journal === undefined ? undefined : new Journal(options.journal, groundName(data, spans));
  const cores = options.threads ?? availableParallelism();
  const threads = Math.max(1, Math.min(cores, Math.floor((count * bars) / THREAD_WORK_MIN)));
  const batchSize = Math.min(BATCH_TRIALS_MAX, Math.ceil(count / (threads * (threads > 1 ? BATCHES_PER_THREAD : 1))));
  const answers: TrialAnswer[] = Array.from({ length: count });
  let done = 0;
  let declared = 0;

  /** By W2; undefined when no trial is left. */
  const nextBatch = (trialsMax = batchSize): Declared | undefined => {
    while (declared < count) {
      options.signal?.throwIfAborted();
      const from = declared;
      declared = Math.min(count, from + trialsMax);
      const batch = declareBatch(task, from, declared, journal?.known);
      for (const { index, ...answer } of batch.found) answers[index] = answer;
      done += batch.found.length;
      if (batch.trials.length > 0) return batch;
    }
    return undefined;
  };
  const take = (batch: Batch, results: readonly TrialResult[]): void => {
    for (const { index, ...answer } of results) answers[index] = answer;
    journal?.append(results.map(({ index }, k) => [batch.trials[k]!.account, answers[index]!] as const));
    done += results.length;
    options.onProgress?.(done, count);
  };

  const ground: Ground = { data, spans };
  const ownTrials = Math.max(1, Math.min(batchSize, Math.floor(OWN_WORK_MAX / bars)));
  if (threads > 1) await runOnThreads(threads, ground, { nextBatch, take, takeOwn: () => takeNext(nextBatch(ownTrials), ground, take) });
  else while (takeNext(nextBatch(), ground, take));
  return answers;
}

interface Declared extends Batch {
  /** Trials the journal knew. */
  readonly found: readonly TrialResult[];
}

function declareBatch(task: SweepTask, from: number, to: number, known: ReadonlyMap<NodeID, TrialAnswer> = new Map()): Declared {
  const nodes = new Map<NodeID, DeclaredNode>();
  const trials: { index: number; account: NodeID }[] = [];
  const found: TrialResult[] = [];
  let strategy = '';
  for (let index = from; index < to; index++) {
    const spec = declaredOr(task, index);
    if ('failure' in spec) {
      found.push(spec);
      continue;
    }
    strategy = spec.name;
    if (!spec.target) throw new Fault('SPEC_INVALID', `strategy ${spec.name} has no target at trial ${index + 1}`, { cure: 'return { target } from build, whatever the params' });
    const { account } = spec.target;
    const answer = known.get(account);
    if (answer) {
      found.push({ index, ...answer });
      continue;
    }
    trials.push({ index, account });
    // Further outputs of the strategy are not what is searched for.
    for (const node of withUpstreams(new Set([account]), spec.nodes)) if (!nodes.has(node.id)) nodes.set(node.id, node);
  }
  return { strategy, nodes: [...nodes.values()], trials, found };
}

/** The strategy of a trial, or why its params make none. */
function declaredOr(task: SweepTask, index: number): StrategySpec | { readonly index: number; readonly failure: TrialFailure } {
  try {
    return task.declare(index);
  } catch (error) {
    if (!isFault(error)) throw error;
    return { index, failure: { code: error.code, message: error.message } };
  }
}

/** Runs a batch on this thread; false when there is none. */
function takeNext(batch: Batch | undefined, ground: Ground, take: Work['take']): boolean {
  if (batch) take(batch, runBatch(batch, ground));
  return batch !== undefined;
}

/** What there is to do, for those who do it. */
interface Work {
  readonly nextBatch: () => Batch | undefined;
  readonly take: (batch: Batch, results: readonly TrialResult[]) => void;
  /** Does the next part of it here; false when nothing is left. */
  readonly takeOwn: () => boolean;
}

/** By W3. */
async function runOnThreads(count: number, { data, spans }: Ground, work: Work): Promise<void> {
  const pool = new ThreadPool<Ground>(programBeside(import.meta.url, 'thread'), count - 1);
  const clock = new SystemClock();
  const over = new AbortController();
  const workHere = async (): Promise<void> => {
    while (!over.signal.aborted && work.takeOwn()) await clock.sleep(0);
  };
  try {
    const terms: Ground = { data: shared(data), spans };
    const others = Array.from({ length: count - 1 }, () => keepBusy(pool.start(terms), work));
    await Promise.all([...others, workHere()]);
  } finally {
    over.abort();
    await pool.close();
  }
}

/** Keeps one thread busy until no batch is left. */
async function keepBusy({ port, ended }: Thread, { nextBatch, take }: Work): Promise<void> {
  const answered = new Promise<void>((resolve, reject) => {
    let batch: Batch | undefined;
    const send = (): void => {
      batch = nextBatch();
      port.postMessage((batch ?? null) satisfies ThreadOrder);
      if (!batch) resolve();
    };
    port.on('message', (results: TrialResult[]) => {
      try {
        take(batch!, results);
        send();
      } catch (error) {
        reject(error);
      }
    });
    try {
      send();
    } catch (error) {
      reject(error);
    }
  });
  ended.catch(() => {}); // looked at below, unless something else has failed first
  // A thread that dies ends before it has answered.
  await Promise.race([answered, ended]);
  await answered;
  await ended;
}

/** The same columns in memory that all threads see. */
function shared(data: SweepTask['data']): Map<SourceID, BarColumns> {
  return new Map(
    [...data].map(([id, columns]) => [
      id,
      columns.map((column) => {
        const copy = new Float64Array(new SharedArrayBuffer(column.byteLength));
        copy.set(column);
        return copy;
      }),
    ]),
  );
}

/** SHA-256 that names bars and spans. */
export function groundName(data: SweepTask['data'], spans: readonly Span[]): string {
  const hash = createHash('sha256').update(canonicalJson(spans.map(({ fromMs, toMs }) => [String(fromMs), String(toMs)])));
  for (const [id, columns] of data) {
    hash.update(id);
    for (const column of columns) hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest('hex');
}

/** SHA-256 over the outcomes' bits, in the order of the trials. */
export function answersHash(answers: readonly TrialAnswer[]): string {
  const hash = createHash('sha256');
  for (const answer of answers) {
    if ('failure' in answer) hash.update(answer.failure.code);
    else for (const { figures } of answer.outcomes) hash.update(new Uint8Array(Float64Array.from(TRIAL_FIGURES, (name) => figures[name] ?? Number.NaN).buffer));
  }
  return hash.digest('hex');
}
