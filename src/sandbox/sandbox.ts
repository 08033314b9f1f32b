// Runs authors' code, compute functions and WebAssembly kernels, in a process of their own, one for each thread that needs it. A process, because a heap that bursts
// takes its whole process along, whatever thread it belongs to.
//
// X1. The calling thread waits for the answer, but no longer than the limit: a process that is late is killed.
// X2. A process that died or was killed is followed by another. What it was asked is then asked row by row, so that the row it died
//     at is known, and the rows before it are computed. A heap may have been filled by many: whoever it bursts at is asked again in a
//     process without the others before it is blamed.
// X3. It has no rights to files, processes or threads, an empty environment, and a limit on its heap. Node's --permission leaves the network
//     open; what closes it is where the code lives: functions in a realm without anything impure (realm.ts), kernels in
//     modules that import nothing (graph/wasm-module.ts).
// X4. It remembers nothing of a program but its text, so a new one stands where the old one stood. A kernel's state stays here.
// Absent: what becomes of a node that failed (halt.ts, quarantine.ts).
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SystemClock } from '#clock/system.ts';
import { Fault } from '#domain/fault.ts';
import { programBeside } from '#domain/program.ts';
import { beat } from '#telemetry/pulse.ts';
import { openPipes, readFully, readShared, writeFully, writeShared } from './pipe.ts';
import type { Program } from './realm.ts';
import { type AccountProgram, type Complaint, HEADER_BYTES, isForShared, type KernelProgram, LOAD, RUN, SHARED, WARMUP } from './wire.ts';

const HEAP_MIB = 64;
/** A row is computed in microseconds; what takes as long as this does not end, or stops everything beside it. */
export const ROW_MS_MAX = 2_000;
const START_MS_MAX = 20_000; // a machine under load
/** Batches are made so large that a call takes about this long: short beside the limit, long beside the crossing. */
const CALL_MS = 100;
const ROWS_FIRST = 64;

export interface Answer {
  /** Rows computed, from the first on. */
  readonly done: number;
  /** Why there are not more. */
  readonly complaint: (Complaint & { readonly cure: string }) | undefined;
}

/** Why there was no answer. */
const WHY = {
  late: `did not answer within ${ROW_MS_MAX / 1000} s`,
  closed: `ended its process, as code does that needs more than ${HEAP_MIB} MiB`,
} as const;

/** An answer as it came; see wire.ts. */
interface Reply {
  readonly done: number;
  readonly rare: Float64Array;
  readonly state: Uint8Array;
  readonly complaint: Complaint | undefined;
}

interface Process {
  readonly child: ChildProcess;
  readonly input: number;
  readonly output: number;
  readonly shared: number;
  /** By the program's text, the number it has there. */
  readonly programs: Map<string, number>;
  /** False until it said that it can be asked. */
  isReady: boolean;
}

/** What authors' code is told to do when it fails, and when it meets a limit. */
const LIMITS = `within ${ROW_MS_MAX / 1000} s and ${HEAP_MIB} MiB`;
const CURES = {
  compute: ['make compute answer one number per output for every window, NaN included', `make compute end ${LIMITS} for every window`],
  kernel: ['make the module answer for every row without a trap, NaN included', `make the module end ${LIMITS} for every row`],
  orders: ['make the orders function handle every bar, those with missing values included', `make the orders function end ${LIMITS} for every bar`],
} as const;

/** A program with what was learned of it. */
export class SandboxedProgram {
  readonly text: string;
  /** Rows of each input before the first of those to compute. */
  readonly lookback: number;
  readonly cure: string;
  readonly cureOfLimits: string;
  /** Outputs from here on are rare: wire.ts. */
  readonly fullOutputs: number;
  rowsPerCall = ROWS_FIRST;
  /** Of a kernel or an account, after the rows computed so far; empty before the first. */
  state: Uint8Array = new Uint8Array();

  constructor(program: Program | KernelProgram | AccountProgram) {
    this.text = JSON.stringify(program);
    this.lookback = 'period' in program ? program.period - 1 : 0;
    this.fullOutputs = 'orders' in program ? program.fullOutputs : Infinity;
    [this.cure, this.cureOfLimits] = CURES['module' in program ? 'kernel' : 'orders' in program ? 'orders' : 'compute'];
  }
}

export class Sandbox {
  static #ofThread: Sandbox | undefined;
  readonly #clock = new SystemClock();
  #process: Process | undefined;
  /** Whether the process that ended last had one program only. */
  #wasAlone = false;
  #request = new Uint8Array(2 ** 16);
  #answer = new Uint8Array(2 ** 16);

  /** The one of this thread; its process is started when it is first asked. */
  static ofThread(): Sandbox {
    return (this.#ofThread ??= new Sandbox());
  }

  /** Undefined while no process runs. */
  get pid(): number | undefined {
    return this.#process?.child.pid;
  }

  /** Has the process start while there is something else to do; whoever asks first waits for what is left of that. */
  prepare(): void {
    try {
      this.#process ??= this.#start();
    } catch {
      // Whoever asks first is told.
    }
  }

  /** Computes `count` rows, as HostNode.run does. Throws SANDBOX_FAILED when no process can be started. */
  run(program: SandboxedProgram, inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): Answer {
    let done = 0;
    while (done < count) {
      const rows = Math.min(program.rowsPerCall, count - done);
      const startedMs = this.#clock.monotonicMs();
      const answer = this.#ask(program, inputs, outputs, done, rows);
      if (typeof answer === 'string') {
        // By X2; with single rows the next round says which one it is.
        if (rows === 1 && (answer === 'late' || this.#wasAlone)) return { done, complaint: { reason: WHY[answer], cure: program.cureOfLimits } };
        program.rowsPerCall = 1;
        continue;
      }
      done += answer.done;
      if (answer.done < rows) return { ...answer, done };
      const tookMs = this.#clock.monotonicMs() - startedMs;
      if (tookMs < CALL_MS / 2) program.rowsPerCall *= 2;
      else if (tookMs > CALL_MS) program.rowsPerCall = Math.max(1, program.rowsPerCall >>> 1);
    }
    return { done, complaint: undefined };
  }

  /** Rows a kernel needs before its first value, as it says itself, or why it did not say. Throws as run does. */
  warmup(program: SandboxedProgram): number | string {
    const answer = this.#call(program, WARMUP, 0, []);
    if (typeof answer === 'string') return WHY[answer];
    return answer.complaint ? answer.complaint.reason : new Float64Array(answer.state.slice().buffer)[0]!;
  }

  #ask(program: SandboxedProgram, inputs: readonly Float64Array[], outputs: readonly Float64Array[], from: number, rows: number): Answer | 'late' | 'closed' {
    const given = inputs.map(({ buffer, byteOffset }) => new Uint8Array(buffer, byteOffset + 8 * from, 8 * (program.lookback + rows)));
    const full = Math.min(outputs.length, program.fullOutputs);
    const answer = this.#call(program, RUN, rows, [...given, program.state], full);
    if (typeof answer === 'string') return answer;
    const { done, complaint } = answer;
    const values = new Float64Array(this.#answer.buffer, HEADER_BYTES, full * done);
    for (let k = 0; k < full; k++) outputs[k]!.set(values.subarray(k * done, (k + 1) * done), from);
    scatter(answer.rare, outputs, full, from, done);
    program.state = answer.state.slice();
    return { done, complaint: complaint && { cure: program.cure, ...complaint } };
  }

  /** Sends a request and takes its answer, whose parts are valid until the next. */
  #call(program: SandboxedProgram, kind: number, rows: number, parts: readonly Uint8Array[], outputs = 0): Reply | 'late' | 'closed' {
    const { child, programs } = this.#ready();
    const id = programs.get(program.text) ?? programs.size;
    const isLate = this.#deadline(ROW_MS_MAX);
    let went = id < programs.size ? 'done' : this.#send(LOAD, id, 0, [new TextEncoder().encode(program.text)], isLate);
    programs.set(program.text, id);
    if (went === 'done') went = this.#send(kind, id, rows, parts, isLate);
    if (went === 'done') went = this.#receive(isLate);
    if (went !== 'done') {
      this.#end(child);
      return went;
    }
    const [word, done, stateBytes, rareNumbers] = new Uint32Array(this.#answer.buffer, 0, 4) as unknown as [number, number, number, number];
    const rareAt = HEADER_BYTES + 8 * outputs * done;
    const stateAt = rareAt + 8 * rareNumbers;
    const textAt = stateAt + stateBytes;
    const text = this.#answer.subarray(textAt, HEADER_BYTES + (word % SHARED));
    const complaint = text.length === 0 ? undefined : (JSON.parse(Buffer.from(text).toString()) as Complaint);
    return { done, complaint, rare: new Float64Array(this.#answer.buffer, rareAt, rareNumbers), state: this.#answer.subarray(stateAt, textAt) };
  }

  /** True once the time is over. Whoever asks waits, and is alive. */
  #deadline(ms: number): () => boolean {
    const lateMs = this.#clock.monotonicMs() + ms;
    return () => {
      beat();
      return this.#clock.monotonicMs() > lateMs;
    };
  }

  #send(kind: number, id: number, rows: number, parts: readonly Uint8Array[], isLate: () => boolean): 'done' | 'late' | 'closed' {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    const { output, shared } = this.#process!;
    // A LOAD is not answered, so what comes behind it would overwrite it.
    const isShared = kind !== LOAD && isForShared(bytes) && writeShared(shared, parts, bytes);
    const piped = isShared ? [] : parts;
    const length = HEADER_BYTES + (isShared ? 0 : bytes);
    if (this.#request.length < length) this.#request = new Uint8Array(2 * length);
    new Uint32Array(this.#request.buffer, 0, 4).set([isShared ? kind + SHARED : kind, bytes, id, rows]);
    let at = HEADER_BYTES;
    for (const part of piped) {
      this.#request.set(part, at);
      at += part.length;
    }
    return writeFully(output, this.#request, length, isLate);
  }

  #receive(isLate: () => boolean): 'done' | 'late' | 'closed' {
    const { input, shared } = this.#process!;
    const head = readFully(input, this.#answer, 0, HEADER_BYTES, isLate);
    if (head !== 'done') return head;
    const [word] = new Uint32Array(this.#answer.buffer, 0, 1) as unknown as [number];
    const needed = HEADER_BYTES + (word % SHARED);
    if (this.#answer.length < needed) {
      const wider = new Uint8Array(2 * needed);
      wider.set(this.#answer.subarray(0, HEADER_BYTES));
      this.#answer = wider;
    }
    if (word < SHARED) return readFully(input, this.#answer, HEADER_BYTES, needed, isLate);
    readShared(shared, this.#answer, HEADER_BYTES, needed);
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
    const ready = this.#receive(this.#deadline(START_MS_MAX));
    process.isReady = ready === 'done';
    if (process.isReady) return process;
    this.#end(process.child);
    throw startFailed(ready === 'late' ? `it was not ready after ${START_MS_MAX / 1000} s` : 'it ended at once');
  }

  #end(child: ChildProcess): void {
    const { input, output, shared, programs } = this.#process!;
    this.#wasAlone = programs.size <= 1;
    this.#process = undefined;
    child.kill('SIGKILL');
    for (const file of [input, output, shared]) closeSync(file);
  }
}

function startFailed(why: string, cause?: unknown): Fault {
  return new Fault('SANDBOX_FAILED', `no process for the code of authors could be started: ${why}`, { cure: 'free memory or processes on this machine; mkfifo must be installed', retry: true, cause });
}

/** Writes what wire.ts tells of rare outputs into them. */
function scatter(rare: Float64Array, outputs: readonly Float64Array[], first: number, from: number, rows: number): void {
  for (let k = first; k < outputs.length; k++) outputs[k]!.fill(0, from, from + rows);
  for (let at = 0; at < rare.length; ) {
    const row = from + rare[at++]!;
    for (let k = first, end = first + rare[at++]!; k < end; k++) outputs[k]![row] = rare[at++]!;
  }
}
