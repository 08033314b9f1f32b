// Reads a WebAssembly module that is to be a kernel, without running any of it. docs/wasm-kernels.md is the same for authors.
// W1. It imports nothing, so there is nothing it can reach: no clock, chance, files or network.
// W2. It exports its memory, which has a maximum, and three functions of exactly the types that its inputs, outputs and params ask for.
// W3. It has no instruction whose result depends on the processor: no relaxed SIMD, no shared memory.
// W4. It cannot make the engine work long on reading it: a few bytes can declare thousands of locals.
// Absent: whether its bits are the same for every cutting (actors/kernel-check.ts), and running it (sandbox/kernel.ts).
import type { Fault } from '#domain/fault.ts';
import { refuse } from './shape.ts';

/** It travels in the record of every node that runs it. A kernel is a few hundred bytes. */
export const MODULE_BYTES_MAX = 128 * 1024;
/** Of 64 KiB: 16 MiB. One process holds the memories of all kernels of its thread. */
export const MEMORY_PAGES_MAX = 256;

/** Over all its functions. Compilers write a few to a function; the engine walks over all of them. */
const LOCALS_MAX = 20_000;

/** How many of each a kernel is declared with. */
export interface KernelShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly params: number;
}

export interface KernelModule {
  /** Most pages its memory can have. */
  readonly pagesMax: number;
  /** True when it keeps nothing but its memory: no globals, no tables, no segments it can drop. */
  readonly isPlain: boolean;
}

const SECTION = { custom: 0, type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, code: 10, dataCount: 12 } as const;
const EXPORTED = { function: 0, memory: 2 } as const;
const TYPE_NAMES: Readonly<Record<number, string>> = { 0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64', 0x7b: 'v128' };
const [SIMD_PREFIX, RELAXED_FIRST, RELAXED_LAST] = [0xfd, 0x100, 0x113] as const;

/** Throws CODE_INVALID naming `where` and what is wrong. */
export function readModule(bytes: Uint8Array, shape: KernelShape, where: string): KernelModule {
  const wrong = (what: string, cure: string): Fault => refuse(where, what, cure, 'CODE_INVALID');
  if (bytes.length > MODULE_BYTES_MAX) throw wrong(`is ${bytes.length} bytes long`, `make it at most ${MODULE_BYTES_MAX}: compile with optimisation, without names and a runtime`);
  const sections = sectionsOf(bytes);
  checkLocals(sections.get(SECTION.code), wrong);
  try {
    // The engine checks that it is well formed; nothing is run.
    void new WebAssembly.Module(bytes);
  } catch (error) {
    throw wrong(`is not a WebAssembly module: ${(error as Error).message.replace('WebAssembly.Module(): ', '')}`, 'give the bytes a compiler wrote');
  }
  const imported = sections.get(SECTION.import);
  if (imported && imported.number() > 0) throw wrong(`imports ${imported.name()}.${imported.name()}`, 'compile it so that it imports nothing; AssemblyScript needs --runtime stub and --use abort=');
  const pagesMax = readMemory(sections.get(SECTION.memory), wrong);
  checkExports(sections, shape, wrong);
  checkCode(sections.get(SECTION.code), wrong);
  return { pagesMax, isPlain: ![SECTION.table, SECTION.global, SECTION.dataCount].some((id) => sections.has(id)) };
}

type Wrong = (what: string, cure: string) => Fault;

/** A section of a module. What reads it before the engine has found the module well formed ends where the bytes do, whatever they say. */
class Section {
  readonly bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at >= this.bytes.length;
  }

  byte(): number {
    return this.bytes[this.#at++]!;
  }

  /** An unsigned LEB128 number of 32 bits. */
  number(): number {
    const [value, length] = unsignedAt(this.bytes, this.#at);
    this.#at += length;
    return value;
  }

  take(length: number): Uint8Array {
    return this.bytes.subarray(this.#at, (this.#at += length));
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.number()));
  }
}

function unsignedAt(bytes: Uint8Array, at: number): [value: number, length: number] {
  let value = 0;
  for (let k = 0; k < 5; k++) {
    const byte = bytes[at + k] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * k);
    if (byte < 0x80) return [value, k + 1];
  }
  return [value, 5];
}

function sectionsOf(bytes: Uint8Array): Map<number, Section> {
  const sections = new Map<number, Section>();
  const whole = new Section(bytes.subarray(8));
  while (!whole.isOver) {
    const id = whole.byte();
    const content = whole.take(whole.number());
    if (id !== SECTION.custom) sections.set(id, new Section(content));
  }
  return sections;
}

/** By W2 and W3. Answers the maximum in pages. */
function readMemory(section: Section | undefined, wrong: Wrong): number {
  const count = section?.number() ?? 0;
  if (section === undefined || count !== 1) throw wrong(`has ${count} memories`, 'give it one, and export it as memory');
  const flags = section.byte();
  if (flags > 1) throw wrong('has a memory that is shared, or of 64 bits', 'compile it for wasm32 without threads');
  section.number();
  const cure = `declare a maximum of at most ${MEMORY_PAGES_MAX} pages of 64 KiB, in AssemblyScript with --maximumMemory`;
  if (flags === 0) throw wrong('has a memory without a maximum', cure);
  const pagesMax = section.number();
  if (pagesMax > MEMORY_PAGES_MAX) throw wrong(`has a memory of up to ${pagesMax} pages`, cure);
  return pagesMax;
}

/** By W2. */
function checkExports(sections: ReadonlyMap<number, Section>, { inputs, outputs, params }: KernelShape, wrong: Wrong): void {
  const types = readTypes(sections.get(SECTION.type), wrong);
  const functions = readMany(sections.get(SECTION.function), (section) => section.number());
  const exported = new Map(readMany(sections.get(SECTION.export), (section) => [section.name(), { kind: section.byte(), index: section.number() }] as const));
  const values = Array.from({ length: params }, () => 'f64');
  const wanted = {
    state_bytes: signature(values, ['i32']),
    warmup: signature(values, ['i32']),
    run: signature([...Array.from({ length: 1 + inputs + outputs + 1 }, () => 'i32'), ...values], []),
  };
  const counted = `with ${inputs} inputs, ${outputs} outputs and ${params} params`;
  for (const [name, due] of Object.entries(wanted)) {
    const found = exported.get(name);
    if (found?.kind !== EXPORTED.function) throw wrong(`exports no function ${name}`, `export ${name}${due}`);
    const is = types[functions[found.index]!]!;
    if (is !== due) throw wrong(`exports ${name}${is}, and ${counted} it is ${name}${due}`, 'change the function, or what the kernel is declared with');
  }
  if (exported.get('memory')?.kind !== EXPORTED.memory) throw wrong('exports no memory', 'export it as memory');
}

function readTypes(section: Section | undefined, wrong: Wrong): string[] {
  return readMany(section, (types) => {
    if (types.byte() !== 0x60) throw wrong('has types that are not of functions', 'compile it without garbage collection');
    const list = (): string[] => readMany(types, () => TYPE_NAMES[types.byte()] ?? wrongType(wrong));
    return signature(list(), list());
  });
}

function wrongType(wrong: Wrong): never {
  throw wrong('has a function that takes or gives references', 'compile it without reference types');
}

function readMany<T>(section: Section | undefined, read: (section: Section) => T): T[] {
  return section ? Array.from({ length: section.number() }, () => read(section)) : [];
}

const signature = (takes: readonly string[], gives: readonly string[]): string => `(${takes.join(', ')})${gives.length === 0 ? '' : `: ${gives.join(', ')}`}`;

/** By W4, before the engine reads it. */
function checkLocals(section: Section | undefined, wrong: Wrong): void {
  if (!section) return;
  const code = new Section(section.bytes);
  code.number();
  let locals = 0;
  while (!code.isOver) {
    const body = new Section(code.take(code.number()));
    for (let groups = body.number(); groups > 0 && !body.isOver; groups--) {
      locals += body.number();
      body.byte();
    }
  }
  if (locals > LOCALS_MAX) throw wrong(`declares ${locals} locals`, `make it at most ${LOCALS_MAX}: compile with optimisation`);
}

/** By W3. Instructions are not told apart from the numbers in them: one module in thousands is refused for a number that looks like one. */
function checkCode(section: Section | undefined, wrong: Wrong): void {
  const bytes = section?.bytes ?? new Uint8Array();
  for (let at = bytes.indexOf(SIMD_PREFIX); at >= 0; at = bytes.indexOf(SIMD_PREFIX, at + 1)) {
    const [opcode] = unsignedAt(bytes, at + 1);
    if (opcode >= RELAXED_FIRST && opcode <= RELAXED_LAST) {
      throw wrong('has an instruction of relaxed SIMD, whose bits differ from processor to processor', 'compile it without relaxed SIMD; if it has none, another order of its code helps');
    }
  }
}
