// The program of the process that runs authors' code. It reads requests from stdin and answers on stdout, one at a time, and ends
// when stdin does. It is started without rights to files, processes or threads, with an empty environment, and with a limit on its heap;
// Realm takes from compute functions whatever is left, the network too, and a kernel has nothing it could name.
import { readSync, writeSync } from 'node:fs';
import { Kernel } from './sandbox-kernel.ts';
import { type Loaded, type Program, Realm } from './sandbox-realm.ts';
import { HEADER_BYTES, type KernelProgram, LOAD, WARMUP } from './sandbox-wire.ts';

const WROTE = 'wrote on its window, which is not its own';
const NONE = new Uint8Array();

interface Ran {
  readonly done: number;
  readonly line: number;
  readonly reason: string;
  /** The rows done of each. */
  readonly outputs: readonly Uint8Array[];
  readonly state: Uint8Array;
}

interface Runner {
  run(given: Uint8Array, rows: number): Ran;
  warmup(): Ran;
}

const typed = Object.getPrototypeOf(Float64Array.prototype) as object;
/** The bytes behind an array of the realm, where arrays do not tell their buffers. */
const bytesOf = (array: Float64Array, length: number): Uint8Array => new Uint8Array(Reflect.get(typed, 'buffer', array) as ArrayBuffer, 0, 8 * length);

let request = new Uint8Array(2 ** 16);

function read(from: number, to: number): boolean {
  for (let at = from; at < to; ) {
    const got = readSync(0, request, at, to - at, null);
    if (got === 0) return false;
    at += got;
  }
  return true;
}

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(1, bytes, at);
}

function computeRunner(loaded: Loaded, { outputs }: Program): Runner {
  return {
    run: (given, rows) => {
      const room = loaded.room(rows);
      const shown = bytesOf(room.inputs, given.length / 8);
      const isIntact = (): boolean => Buffer.compare(shown, given) === 0;
      shown.set(given);
      let done = loaded.run(0, rows, rows);
      let [reason, line] = done < rows ? [loaded.reason(), loaded.line()] : ['', 0];
      if (!isIntact()) {
        // Somewhere in the batch; one row after the other, it is found.
        shown.set(given);
        for (done = 0; done < rows && loaded.run(done, done + 1, rows) === 1 && isIntact(); ) done++;
        [reason, line] = isIntact() ? [loaded.reason(), loaded.line()] : [WROTE, 0];
      }
      const values = bytesOf(room.outputs, outputs * rows);
      return { done, line, reason, state: NONE, outputs: Array.from({ length: outputs }, (_, k) => values.subarray(8 * k * rows, 8 * (k * rows + done))) };
    },
    warmup: () => ({ done: 0, line: 0, reason: 'has no warm-up of its own', outputs: [], state: NONE }),
  };
}

function kernelRunner(program: KernelProgram): Runner {
  const kernel = new Kernel(program);
  return {
    run: (given, rows) => {
      const columns = given.slice(0, 8 * program.inputs * rows);
      const { outputs, ...advance } = kernel.run(new Float64Array(columns.buffer), given.slice(columns.length), rows);
      return { ...advance, line: 0, outputs: outputs.map(({ buffer }) => new Uint8Array(buffer, 0, 8 * advance.done)) };
    },
    warmup: () => {
      const none = { done: 0, line: 0, outputs: [] };
      try {
        return { ...none, reason: '', state: new Uint8Array(Float64Array.of(kernel.warmup()).buffer) };
      } catch (error) {
        return { ...none, reason: `trapped: ${(error as Error).message}`, state: NONE };
      }
    },
  };
}

function answerOf({ done, line, reason, outputs, state }: Ran): Uint8Array {
  const body = Buffer.concat([...outputs, state, Buffer.from(reason)]);
  return Buffer.concat([new Uint8Array(Uint32Array.of(body.length, done, line, state.length).buffer), body]);
}

function serve(): void {
  const realm = new Realm();
  const runners = new Map<number, Runner>();
  write(new Uint8Array(HEADER_BYTES)); // ready
  while (read(0, HEADER_BYTES)) {
    const [kind, bytes, id, rows] = new Uint32Array(request.buffer, 0, 4) as unknown as [number, number, number, number];
    const needed = HEADER_BYTES + bytes;
    if (request.length < needed) {
      const wider = new Uint8Array(2 * needed);
      wider.set(request.subarray(0, HEADER_BYTES));
      request = wider;
    }
    if (!read(HEADER_BYTES, needed)) return;
    const given = request.subarray(HEADER_BYTES, needed);
    if (kind === LOAD) {
      const program = JSON.parse(Buffer.from(given).toString()) as Program | KernelProgram;
      runners.set(id, 'module' in program ? kernelRunner(program) : computeRunner(realm.load(program), program));
    } else write(answerOf(kind === WARMUP ? runners.get(id)!.warmup() : runners.get(id)!.run(given, rows)));
  }
}

serve();
