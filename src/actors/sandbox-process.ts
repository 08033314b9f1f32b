// The program of the process that runs compute functions. It reads requests from stdin and answers on stdout, one at a time, and ends
// when stdin does. It is started without rights to files, network (see sandbox.ts), processes or threads, with an empty environment,
// and with a limit on its heap; Realm takes from the functions whatever is left.
import { readSync, writeSync } from 'node:fs';
import { HEADER_BYTES, LOAD } from './sandbox-wire.ts';
import { type Loaded, type Program, Realm } from './sandbox-realm.ts';

const WROTE = 'wrote on its window, which is not its own';

const programs = new Map<number, Loaded>();
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

function run(loaded: Loaded, { names, period, outputs }: Program, rows: number): Uint8Array {
  const given = request.subarray(HEADER_BYTES, HEADER_BYTES + 8 * names.length * (period - 1 + rows));
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
  const text = Buffer.from(reason);
  const answer = new Uint8Array(HEADER_BYTES + 8 * outputs * done + text.length);
  new Uint32Array(answer.buffer, 0, 3).set([answer.length - HEADER_BYTES, done, line]);
  const values = bytesOf(room.outputs, outputs * rows);
  for (let k = 0; k < outputs; k++) answer.set(values.subarray(8 * k * rows, 8 * (k * rows + done)), HEADER_BYTES + 8 * k * done);
  answer.set(text, HEADER_BYTES + 8 * outputs * done);
  return answer;
}

function serve(): void {
  const realm = new Realm();
  const specs = new Map<number, Program>();
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
    if (kind === LOAD) {
      const program = JSON.parse(Buffer.from(request.buffer, HEADER_BYTES, bytes).toString()) as Program;
      specs.set(id, program);
      programs.set(id, realm.load(program));
    } else write(run(programs.get(id)!, specs.get(id)!, rows));
  }
}

serve();
