// What a module must be to become a kernel. The modules here are put together byte by byte, after the binary format of the WebAssembly core specification.
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#clock/random.ts';
import { Fault } from '#domain/fault.ts';
import { MODULE_BYTES_MAX, readModule } from '#graph/wasm-module.ts';

const [I32, F64, FUNC] = [0x7f, 0x7c, 0x60];
const text = (value: string): number[] => [value.length, ...Buffer.from(value)];
const section = (id: number, content: readonly number[]): number[] => [id, content.length, ...content];
const body = (...code: number[]): number[] => [code.length + 2, 0, ...code, 0x0b];

interface Parts {
  readonly types?: readonly (readonly number[])[];
  readonly imports?: readonly number[];
  readonly memory?: readonly number[];
  readonly more?: readonly number[];
  readonly names?: readonly [string, string, string, string];
  readonly run?: readonly number[];
  readonly padding?: number;
}

const ANSWER = [FUNC, 1, F64, 1, I32];
const RUN = [FUNC, 5, I32, I32, I32, I32, F64, 0];

/** A kernel of one input, one output and one param that does nothing, but for the parts that are given. */
function moduleOf({ types = [ANSWER, RUN], imports = [], memory = [1, 1, 1, 16], more = [], names = ['state_bytes', 'warmup', 'run', 'memory'], run = body(), padding = 0 }: Parts = {}): Uint8Array {
  const exported = names.flatMap((name, at) => [...text(name), at === 3 ? 2 : 0, at === 3 ? 0 : at]);
  const zero = body(0x41, 0);
  const module = [
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [types.length, ...types.flat()]),
    ...imports,
    ...section(3, [3, 0, 0, 1]),
    ...section(5, memory),
    ...more,
    ...section(7, [4, ...exported]),
    ...section(10, [3, ...zero, ...zero, ...run]),
  ];
  const filler = padding > 0 ? [0, (padding & 0x7f) | 0x80, ((padding >> 7) & 0x7f) | 0x80, padding >> 14, 0, ...Array.from({ length: padding - 1 }, () => 0)] : [];
  return Uint8Array.from([...module, ...filler]);
}

const SHAPE = { inputs: 1, outputs: 1, params: 1 };

function refusal(bytes: Uint8Array, shape = SHAPE): Fault {
  try {
    readModule(bytes, shape, 'here');
  } catch (error) {
    return error as Fault;
  }
  throw new Error('was not refused');
}

test('a module that keeps the rules is a kernel; what it may keep beside its memory is known', () => {
  expect(readModule(moduleOf(), SHAPE, 'here')).toEqual({ pagesMax: 16, isPlain: true });
  expect(readModule(moduleOf({ memory: [1, 1, 2, 0x80, 2] }), SHAPE, 'here')).toEqual({ pagesMax: 256, isPlain: true });
  expect(readModule(moduleOf({ more: section(6, [1, I32, 1, 0x41, 0, 0x0b]) }), SHAPE, 'here').isPlain).toBe(false);
});

test('names of it, in sections of their own, make no difference', () => {
  expect(readModule(moduleOf({ padding: 1_000 }), SHAPE, 'here')).toEqual({ pagesMax: 16, isPlain: true });
});

describe('a module is refused', () => {
  // f64x2.relaxed_madd of three zeros (0xfd 0x87 0x02), dropped.
  const zeros = Array.from({ length: 16 }, () => 0);
  const constant = [0xfd, 0x0c, ...zeros];
  const relaxed = body(...constant, ...constant, ...constant, 0xfd, 0x87, 0x02, 0x1a);

  test.each<[string, Uint8Array, string]>([
    ['that is none', new Uint8Array(20), 'is not a WebAssembly module: expected magic word'],
    ['that ends early', moduleOf().subarray(0, 60), 'is not a WebAssembly module: '],
    ['that is too long', moduleOf({ padding: MODULE_BYTES_MAX }), 'bytes long'],
    ['that imports a function', moduleOf({ imports: section(2, [1, ...text('env'), ...text('now'), 0, 0]), names: ['state_bytes', 'warmup', 'run', 'memory'] }), 'imports env.now'],
    ['that imports a global', moduleOf({ imports: section(2, [1, ...text('host'), ...text('seed'), 3, I32, 0]) }), 'imports host.seed'],
    ['whose memory may grow without end', moduleOf({ memory: [1, 0, 1] }), 'has a memory without a maximum'],
    ['whose memory may become too large', moduleOf({ memory: [1, 1, 1, 0x81, 2] }), 'has a memory of up to 257 pages'],
    ['whose memory is shared', moduleOf({ memory: [1, 3, 1, 16] }), 'has a memory that is shared'],
    ['whose memory has 64 bits', moduleOf({ memory: [1, 5, 1, 16] }), 'has a memory that is shared, or of 64 bits'],
    // One group of 50,000 locals of type i64.
    ['with more locals than anybody writes', moduleOf({ run: [6, 1, 0xd0, 0x86, 3, 0x7e, 0x0b] }), 'declares 50000 locals'],
    ['without a run', moduleOf({ names: ['state_bytes', 'warmup', 'rum', 'memory'] }), 'exports no function run'],
    ['without a warmup', moduleOf({ names: ['state_bytes', 'warm', 'run', 'memory'] }), 'exports no function warmup'],
    ['without its memory', moduleOf({ names: ['state_bytes', 'warmup', 'run', 'm'] }), 'exports no memory'],
    ['whose params are whole numbers', moduleOf({ types: [[FUNC, 1, I32, 1, I32], RUN] }), 'exports state_bytes(i32): i32, and with 1 inputs, 1 outputs and 1 params it is state_bytes(f64): i32'],
    ['whose run gives an answer', moduleOf({ types: [ANSWER, [...RUN.slice(0, -1), 1, I32]], run: body(0x41, 0) }), 'exports run(i32, i32, i32, i32, f64): i32'],
    ['with relaxed SIMD', moduleOf({ run: relaxed }), 'has an instruction of relaxed SIMD'],
  ])('%s', (_, bytes, what) => {
    expect(refusal(bytes)).toMatchObject({ code: 'CODE_INVALID', message: expect.stringContaining(`here ${what.startsWith('bytes') ? 'is' : what}`) as string, cure: expect.any(String) as string });
  });

  test.each([[{ inputs: 2, outputs: 1, params: 1 }], [{ inputs: 1, outputs: 3, params: 1 }], [{ inputs: 1, outputs: 1, params: 0 }]])('that is declared with another shape: %o', (shape) => {
    expect(refusal(moduleOf(), shape).message).toContain(`with ${shape.inputs} inputs, ${shape.outputs} outputs and ${shape.params} params it is `);
  });
});

test('SIMD that is not relaxed is welcome', () => {
  const constant = [0xfd, 0x0c, ...Array.from({ length: 16 }, () => 0)];
  expect(readModule(moduleOf({ run: body(...constant, ...constant, 0xfd, 0xf0, 0x01, 0x1a) }), SHAPE, 'here').isPlain).toBe(true); // f64x2.add
});

test('whatever bytes come, they are a kernel or are refused by name, never a crash: 5,000 random changes', () => {
  const random = seededRandom(5);
  const whole = moduleOf({ more: section(6, [1, I32, 1, 0x41, 0, 0x0b]), padding: 20 });
  let taken = 0;
  for (let k = 0; k < 5_000; k++) {
    const bytes = whole.slice(0, random.below(10) === 0 ? random.below(whole.length) : whole.length);
    for (let changes = 1 + random.below(3); changes > 0; changes--) bytes[random.below(bytes.length)] = random.below(256);
    try {
      expect(readModule(bytes, SHAPE, 'here').pagesMax).toBeLessThanOrEqual(256);
      taken++;
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'CODE_INVALID') throw error;
    }
  }
  expect(taken, 'some changes must be harmless for this to show anything').toBeGreaterThan(100);
});
