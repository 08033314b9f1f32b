// The program of the process that runs authors' code. It reads requests from stdin and answers on stdout, one at a time, and ends
// when stdin does. It is started without rights to files, processes or threads, with an empty environment, and with a limit on its heap;
// Realm takes from compute functions whatever is left, the network too, and a kernel has nothing it could name.
import { readSync, writeSync } from 'node:fs';
import { readShared, writeShared } from './pipe.ts';
import { Kernel } from './kernel.ts';
import { type Loaded, placeOf, type Program, Realm } from './realm.ts';
import { type AccountProgram, answerHeader, type Complaint, GO_ON, HEADER_BYTES, isForShared, type KernelProgram, LOAD, NO_BYTES, NO_NUMBERS, type Ran, readRequest, type Runner, WARMUP } from './wire.ts';

/** Where the shared file is open. */
const SHARED_FILE = 3;
const WROTE = 'wrote on its window, which is not its own';
const ENCODER = new TextEncoder();

const realm = new Realm();
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
      const shown = Realm.bytesOf(room.inputs, given.length / 8);
      const isIntact = (): boolean => Buffer.compare(shown, given) === 0;
      shown.set(given);
      let done = loaded.run(0, rows, rows);
      const complaintOf = (): Complaint => ({ reason: loaded.reason(), ...placeOf(loaded) });
      let complaint = done < rows ? complaintOf() : undefined;
      if (!isIntact()) {
        // Somewhere in the batch; one row after the other, it is found.
        shown.set(given);
        for (done = 0; done < rows && loaded.run(done, done + 1, rows) === 1 && isIntact(); ) done++;
        complaint = isIntact() ? complaintOf() : { reason: WROTE };
      }
      const values = Realm.bytesOf(room.outputs, outputs * rows);
      const columns = Array.from({ length: outputs }, (_, k) => values.subarray(8 * k * rows, 8 * (k * rows + done)));
      return { done, complaint, outputs: columns, told: NO_NUMBERS, state: NO_BYTES };
    },
    warmup: noWarmup,
  };
}

function kernelRunner(program: KernelProgram): Runner {
  const kernel = new Kernel(program);
  return {
    run: (given, rows) => {
      const columns = given.slice(0, 8 * program.inputs * rows);
      const { outputs, reason, done, state } = kernel.run(new Float64Array(columns.buffer), given.slice(columns.length), rows);
      return { done, state, complaint: done < rows ? { reason } : undefined, outputs: outputs.map(({ buffer }) => new Uint8Array(buffer, 0, 8 * done)), told: NO_NUMBERS };
    },
    warmup: () => {
      const none = { done: 0, outputs: [], told: NO_NUMBERS };
      try {
        return { ...none, complaint: undefined, state: new Uint8Array(Float64Array.of(kernel.warmup()).buffer) };
      } catch (error) {
        return { ...none, complaint: { reason: `trapped: ${(error as Error).message}` }, state: NO_BYTES };
      }
    },
  };
}

function noWarmup(): Ran {
  return { done: 0, complaint: { reason: 'has no warm-up of its own' }, outputs: [], told: NO_NUMBERS, state: NO_BYTES };
}

async function runnerOf(program: Program | KernelProgram | AccountProgram): Promise<Runner> {
  if ('module' in program) return kernelRunner(program);
  if (!('orders' in program)) return computeRunner(realm.load(program), program);
  // The books of accounts are many files, and most sandboxes need none of them.
  const { AccountRunner } = await import('./account.ts');
  return new AccountRunner(program, realm);
}

function answer({ done, complaint, outputs, told, state }: Ran, half: number): void {
  const text = complaint ? ENCODER.encode(JSON.stringify(complaint)) : NO_BYTES;
  const parts = [...outputs, new Uint8Array(told.buffer, told.byteOffset, told.byteLength), state, text];
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const isShared = isForShared(bytes) && writeShared(SHARED_FILE, half, parts, bytes);
  const header = answerHeader({ bytes, done, stateBytes: state.length, toldNumbers: told.length, isShared });
  write(isShared ? header : Buffer.concat([header, ...parts], HEADER_BYTES + bytes));
}

async function serve(): Promise<void> {
  const runners = new Map<number, Runner>();
  write(new Uint8Array(HEADER_BYTES)); // ready
  while (read(0, HEADER_BYTES)) {
    const { kind, bytes, program, rows, half, isShared } = readRequest(request);
    const needed = HEADER_BYTES + bytes;
    if (request.length < needed) {
      const wider = new Uint8Array(2 * needed);
      wider.set(request.subarray(0, HEADER_BYTES));
      request = wider;
    }
    if (isShared) readShared(SHARED_FILE, half, request, HEADER_BYTES, needed);
    else if (!read(HEADER_BYTES, needed)) return;
    const given = request.subarray(HEADER_BYTES, needed);
    if (kind === LOAD) runners.set(program, await runnerOf(JSON.parse(Buffer.from(given).toString()) as Program | KernelProgram | AccountProgram));
    else answer(kind === WARMUP ? runners.get(program)!.warmup() : runners.get(program)!.run(given, rows, kind === GO_ON), half);
  }
}

await serve();
