// Runs authors' code, compute functions and WebAssembly kernels, in a process of their own, one for each thread that needs it. A process, because a heap that bursts
// takes its whole process along, whatever thread it belongs to.
//
// X1. The calling thread waits for the answer, but no longer than the limit: a process that is late is killed.
// X2. A process that died or was killed is followed by another. What it was asked is then asked row by row, so that the row it died
//     at is known, and the rows before it are computed. A heap may have been filled by many, and a process is killed by others too: the row
//     it ended at is asked again in one that nobody else is in, before it is blamed.
// X3. It has no rights to files, processes or threads, an empty environment, and a limit on its heap. Node's --permission leaves the network
//     open; what closes it is where the code lives: functions in a realm without anything impure (realm.ts), kernels in
//     modules that import nothing (graph/wasm-module.ts).
// X4. It remembers nothing of a program but its text, so a new one stands where the old one stood. A kernel's state stays here.
// X5. An account may be given rows before it is done with the last, and goes on from there. Where the process is another one by then, or has computed for another
//     account of the same program, it is asked again from its state.
// Absent: what becomes of a node that failed (halt.ts, quarantine.ts).
import { spread } from '#broker/account-rows.ts';
import { SystemClock } from '#clock/system.ts';
import { type Call, type Failure, Line, VOID } from './line.ts';
import { type Errand, HEAP_MIB, type Part, ROW_MS_MAX, type SandboxedProgram } from './program.ts';
import { type Complaint, GO_ON, RUN, WARMUP } from './wire.ts';

/** Batches are made so large that a call takes about this long: short beside the limit, long beside the crossing. */
const CALL_MS = 100;

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

export class Sandbox {
  static #ofThread: Sandbox | undefined;
  readonly #clock = new SystemClock();
  readonly #line = new Line();

  /** The one of this thread; its process is started when it is first asked. */
  static ofThread(): Sandbox {
    return (this.#ofThread ??= new Sandbox());
  }

  /** Undefined while no process runs. */
  get pid(): number | undefined {
    return this.#line.child?.pid;
  }

  /** Has the process start while there is something else to do; whoever asks first waits for what is left of that. */
  prepare(): void {
    this.#line.prepare();
  }

  /** Computes `count` rows, as HostNode.run does. Throws SANDBOX_FAILED when no process can be started. */
  run(program: SandboxedProgram, inputs: readonly Float64Array[], outputs: readonly Float64Array[], count: number): Answer {
    return this.finish(this.start(program, inputs, count), outputs);
  }

  /**
   * Begins to compute `count` rows, and does not wait. What is begun is finished in the same order, and `inputs` must stay as they are until then. Of an
   * account several errands may be begun, of anything else one. Throws as run does.
   */
  start(program: SandboxedProgram, inputs: readonly Float64Array[], count: number): Errand {
    const errand: Errand = { program, inputs, count, first: undefined };
    program.errands.push(errand);
    try {
      this.#begin(program);
    } catch (error) {
      program.errands.pop();
      throw error;
    }
    return errand;
  }

  /** Waits for what was begun first, and computes what is left of it. Throws as run does. */
  finish(errand: Errand, outputs: readonly Float64Array[]): Answer {
    const { program } = errand;
    program.errands.shift();
    const answer = this.#compute(errand, outputs);
    if (!answer.complaint) this.#begin(program);
    return answer;
  }

  #compute({ program, inputs, count, first }: Errand, outputs: readonly Float64Array[]): Answer {
    let done = 0;
    let endedAt = -1;
    for (let part = first; done < count; part = undefined) {
      part ??= this.#ask(program, inputs, done, count);
      const { rows, startedMs } = part;
      const answer = this.#take(part, program, outputs, done);
      if (answer === VOID) continue;
      if (typeof answer === 'string') {
        // By X2; with single rows the next round says which one it is.
        if (rows === 1 && (answer === 'late' || endedAt === done)) return { done, complaint: { reason: WHY[answer], cure: program.cureOfLimits } };
        if (rows === 1) endedAt = done;
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
    for (let hasEnded = false; ; ) {
      const answer = this.#line.answerTo(this.#line.call(program, WARMUP, 0, []), 0);
      if (answer === VOID) continue;
      if (answer === 'closed' && !hasEnded) {
        hasEnded = true; // by X2
        continue;
      }
      if (typeof answer === 'string') return WHY[answer];
      return answer.complaint ? answer.complaint.reason : new Float64Array(answer.state.slice().buffer)[0]!;
    }
  }

  /** Sends what can be sent of the errands of a program: the first, and each that finds the account where the one before leaves it. */
  #begin(program: SandboxedProgram): void {
    let before: Call | undefined;
    for (const errand of program.errands) {
      if (!errand.first) {
        if (before && !this.#line.isWith(program)) return;
        errand.first = this.#ask(program, errand.inputs, 0, errand.count, before);
      }
      const { rows, call } = errand.first;
      if (rows < errand.count || call.answer === VOID) return;
      before = call;
    }
  }

  /** Asks for as many of the rows from `from` on as the program takes at once: from where it stands, or from where the call before will leave it. */
  #ask(program: SandboxedProgram, inputs: readonly Float64Array[], from: number, count: number, before?: Call): Part {
    const rows = Math.min(program.rowsPerCall, count - from);
    const startedMs = this.#clock.monotonicMs();
    const given = inputs.map(({ buffer, byteOffset }) => new Uint8Array(buffer, byteOffset + 8 * from, 8 * (program.lookback + rows)));
    const call = before ? this.#line.call(program, GO_ON, rows, given, before) : this.#line.call(program, RUN, rows, [...given, program.state]);
    return { rows, startedMs, call };
  }

  #take({ call }: Part, program: SandboxedProgram, outputs: readonly Float64Array[], from: number): Answer | Failure | typeof VOID {
    const { layout } = program;
    const width = layout ? layout.steady.length : outputs.length;
    const answer = this.#line.answerTo(call, width);
    if (typeof answer === 'string') return answer;
    const { done, complaint, values, told } = answer;
    const columns = Array.from({ length: width }, (_, k) => values.subarray(k * done, (k + 1) * done));
    if (layout) spread(columns, told, layout, outputs, from, done);
    else columns.forEach((column, k) => outputs[k]!.set(column, from));
    if (answer.state.length > 0) program.state = answer.state.slice(); // of rows that failed behind others nothing comes back
    return { done, complaint: complaint && { cure: program.cure, ...complaint } };
  }
}
