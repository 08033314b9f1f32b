// The line to the process that runs authors' code: it starts the process, sends it requests and takes its answers, both in order.
//
// L1. Two requests may be on their way, so that the process finds the next when it has answered one. Whoever needs an answer takes the one before it too, and
//     that is kept for who asked.
// L2. A process that does not answer within the limit, or answers no more, is ended, and the oldest request is told why. Those behind it are void: it never
//     came to them.
// Absent: what is asked, and what is done where there is no answer (sandbox.ts).
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SystemClock } from '#clock/system.ts';
import { Fault } from '#domain/fault.ts';
import { programBeside } from '#domain/program.ts';
import { beat } from '#telemetry/pulse.ts';
import { EAGER_TRIES, openPipes, readFully, readShared, writeFully, writeShared } from './pipe.ts';
import { HEAP_MIB, ROW_MS_MAX, type SandboxedProgram } from './program.ts';
import { type Complaint, HEADER_BYTES, isForShared, LOAD, PIPE_BYTES, readAnswer, requestHeader } from './wire.ts';

const START_MS_MAX = 20_000; // a machine under load
const ROOM_FIRST = 2 ** 16;

/** Why there is no answer: the process was late, or closed its end. */
export type Failure = 'late' | 'closed';
/** Told of a request that nobody came to; it is asked again. */
export const VOID = 'void';

/** An answer as it came; see wire.ts. */
export interface Reply {
  readonly done: number;
  readonly values: Float64Array;
  readonly told: Float64Array;
  readonly state: Uint8Array;
  readonly complaint: Complaint | undefined;
}

/** A request that went out. */
export interface Call {
  readonly child: ChildProcess;
  /** Which half of the shared file is its own, and its answer's. */
  readonly half: number;
  /** Bytes, or why there are none: VOID where the process ended at an earlier call. Undefined while nobody waited for it. */
  answer: Uint8Array | Failure | typeof VOID | undefined;
}

interface Process {
  readonly child: ChildProcess;
  readonly input: number;
  readonly output: number;
  readonly shared: number;
  /** By a program's text, the number it has there, and for whom it computed last: several may have the same text, and go on from rows of their own. */
  readonly programs: Map<string, { readonly id: number; last: SandboxedProgram }>;
  /** False until it said that it can be asked. */
  isReady: boolean;
}

export class Line {
  readonly #clock = new SystemClock();
  #process: Process | undefined;
  /** Calls nobody has waited for, in order. */
  readonly #unanswered: Call[] = [];
  #request = new Uint8Array(ROOM_FIRST);
  /** By half. */
  readonly #answers = [new Uint8Array(ROOM_FIRST), new Uint8Array(ROOM_FIRST)];

  /** Undefined while no process runs. */
  get child(): ChildProcess | undefined {
    return this.#process?.child;
  }

  /** Whether what the process has of a program's text was left by this program. */
  isWith(program: SandboxedProgram): boolean {
    return this.#process?.programs.get(program.text)?.last === program;
  }

  /** Has the process start while there is something else to do; whoever asks first waits for what is left of that. */
  prepare(): void {
    try {
      this.#process ??= this.#start();
    } catch {
      // Whoever asks first is told.
    }
  }

  /** Sends a request, when at most one other is on its way. With `after` it is void unless it comes to the process that call went to. */
  call(program: SandboxedProgram, kind: number, rows: number, parts: readonly Uint8Array[], after?: Call): Call {
    while (this.#unanswered.length > 1) this.#putBy();
    const { child, programs } = this.#ready();
    const call: Call = { child, half: this.#unanswered.length > 0 ? 1 - this.#unanswered[0]!.half : 0, answer: undefined };
    if (after && after.child !== child) return { ...call, answer: VOID };
    const isLate = this.#deadline(ROW_MS_MAX);
    let went: 'done' | Failure | typeof VOID = 'done';
    let loaded = programs.get(program.text);
    if (!loaded) {
      loaded = { id: programs.size, last: program };
      went = this.#send(call, LOAD, loaded.id, 0, [new TextEncoder().encode(program.text)], isLate);
      programs.set(program.text, loaded);
    }
    loaded.last = program;
    if (went === 'done') went = this.#send(call, kind, loaded.id, rows, parts, isLate);
    if (went === VOID) return { ...call, answer: VOID };
    this.#unanswered.push(call);
    if (went !== 'done') this.#fail(went);
    return call;
  }

  /** The answer to a call, whose parts are valid until the next call. */
  answerTo(call: Call, outputs: number): Reply | Failure | typeof VOID {
    while (call.answer === undefined) {
      if (call === this.#unanswered[0]) this.#await();
      else this.#putBy();
    }
    const { answer } = call;
    if (typeof answer === 'string') return answer;
    const { bytes, done, stateBytes, toldNumbers } = readAnswer(answer);
    const toldAt = HEADER_BYTES + 8 * outputs * done;
    const stateAt = toldAt + 8 * toldNumbers;
    const textAt = stateAt + stateBytes;
    const text = answer.subarray(textAt, HEADER_BYTES + bytes);
    const complaint = text.length === 0 ? undefined : (JSON.parse(Buffer.from(text).toString()) as Complaint);
    return { done, complaint, values: new Float64Array(answer.buffer, HEADER_BYTES, outputs * done), told: new Float64Array(answer.buffer, toldAt, toldNumbers), state: answer.subarray(stateAt, textAt) };
  }

  /** Waits for the answer to the oldest call. */
  #await(): void {
    const call = this.#unanswered[0]!;
    const went = this.#receive(call.half, this.#deadline(ROW_MS_MAX));
    if (went === 'done') {
      call.answer = this.#answers[call.half]!;
      this.#unanswered.shift();
    } else this.#fail(went);
  }

  /** Waits for the answer to the oldest call, and keeps it until somebody asks. */
  #putBy(): void {
    const { half } = this.#unanswered[0]!;
    this.#await();
    this.#answers[half] = new Uint8Array(ROOM_FIRST);
  }

  /** True once the time is over. Whoever asks waits, and is alive. */
  #deadline(ms: number): () => boolean {
    const lateMs = this.#clock.monotonicMs() + ms;
    return () => {
      beat();
      return this.#clock.monotonicMs() > lateMs;
    };
  }

  #send({ child, half }: Call, kind: number, id: number, rows: number, parts: readonly Uint8Array[], isLate: () => boolean): 'done' | Failure | typeof VOID {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    const { output, shared } = this.#process!;
    // A LOAD is not answered, so what comes behind it would overwrite it.
    const isShared = kind !== LOAD && isForShared(bytes) && writeShared(shared, half, parts, bytes);
    const length = HEADER_BYTES + (isShared ? 0 : bytes);
    if (length > PIPE_BYTES) {
      // What a pipe does not hold is taken by a process that waits for requests, and not by one that waits for its answer to be taken.
      while (this.#unanswered.length > 0) this.#putBy();
      if (this.#process?.child !== child) return VOID;
    }
    if (this.#request.length < length) this.#request = new Uint8Array(2 * length);
    this.#request.set(requestHeader({ kind, bytes, program: id, rows, half, isShared }));
    let at = HEADER_BYTES;
    for (const part of isShared ? [] : parts) {
      this.#request.set(part, at);
      at += part.length;
    }
    return writeFully(output, this.#request, length, isLate);
  }

  #receive(half: number, isLate: () => boolean): 'done' | Failure {
    const { input, shared } = this.#process!;
    const answer = this.#answers[half]!;
    // A process that has more to do loses nothing while nobody looks whether it has answered.
    const eagerTries = this.#unanswered.length > 1 ? 0 : EAGER_TRIES;
    const head = readFully(input, answer, 0, HEADER_BYTES, isLate, eagerTries);
    if (head !== 'done') return head;
    const { bytes, isShared } = readAnswer(answer);
    const needed = HEADER_BYTES + bytes;
    if (answer.length < needed) {
      const wider = new Uint8Array(2 * needed);
      wider.set(answer.subarray(0, HEADER_BYTES));
      this.#answers[half] = wider;
    }
    if (!isShared) return readFully(input, this.#answers[half]!, HEADER_BYTES, needed, isLate, EAGER_TRIES);
    readShared(shared, half, this.#answers[half]!, HEADER_BYTES, needed);
    return 'done';
  }

  #start(): Process {
    const program = fileURLToPath(programBeside(import.meta.url, 'process'));
    // The code of the floors it is made of, and the package.json that says what kind of files they are.
    const readable = ['./', '../broker/', '../risk/', '../domain/', '../../package.json'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
    let pipes;
    try {
      pipes = openPipes();
    } catch (error) {
      throw startFailed((error as Error).message, error);
    }
    const { child: ends, ours, shared } = pipes;
    const args = ['--permission', ...readable.map((file) => `--allow-fs-read=${file}`), `--max-old-space-size=${HEAP_MIB}`, '--no-warnings', program];
    const child = spawn(process.execPath, args, { stdio: [ends.input, ends.output, 'ignore', shared], env: {} });
    child.on('error', () => {}); // its pipes are closed then, and that is noticed
    child.unref();
    closeSync(ends.input);
    closeSync(ends.output);
    return { child, input: ours.input, output: ours.output, shared, programs: new Map(), isReady: false };
  }

  /** The process, once it can be asked. Throws SANDBOX_FAILED. */
  #ready(): Process {
    const process = (this.#process ??= this.#start());
    if (process.isReady) return process;
    const ready = this.#receive(0, this.#deadline(START_MS_MAX));
    process.isReady = ready === 'done';
    if (process.isReady) return process;
    this.#end();
    throw startFailed(ready === 'late' ? `it was not ready after ${START_MS_MAX / 1000} s` : 'it ended at once');
  }

  /** Ends the process, which the oldest call did not get an answer from: the others it never got to. */
  #fail(why: Failure): void {
    const [oldest, ...others] = this.#unanswered.splice(0);
    oldest!.answer = why;
    for (const other of others) other.answer = VOID;
    this.#end();
  }

  #end(): void {
    const { child, input, output, shared } = this.#process!;
    this.#process = undefined;
    child.kill('SIGKILL');
    for (const file of [input, output, shared]) closeSync(file);
  }
}

function startFailed(why: string, cause?: unknown): Fault {
  return new Fault('SANDBOX_FAILED', `no process for the code of authors could be started: ${why}`, { cure: 'free memory or processes on this machine; mkfifo must be installed', retry: true, cause });
}
