// One instance of a panel by itself: its state block and windows are put together, the kernel runs over its newest row as in a plan, and what has
// changed goes back. This is the definition; the lanes are a faster way to the same bits.
import { run } from '../dispatch';
import { setNewest } from '../operand';
import { BANK_BYTES, STEP, WORDS, banks, bankStep, rowOf, seenBefore } from './table';

/** `lane` is the instance's offset in a row, in bytes. */
export function alone(at: usize, lane: usize, row: i64): void {
  const state = banks(at) + (lane / BANK_BYTES) * bankStep(at) + WORDS + lane % BANK_BYTES;
  const block = <usize>load<u32>(at, 40);
  const words = <usize>load<u32>(at, 16);
  for (let w: usize = 0; w < words; w++) store<u64>(block + (w << 3), load<u64>(state + w * STEP));
  const inputs = <usize>load<u32>(at, 24);
  for (let k: usize = 0; k < inputs; k++) gatherWindow(at, k, lane, row);
  setNewest(0);
  run(load<i32>(at), block, <usize>load<u32>(at, 32), <usize>load<u32>(at, 36), 1);
  for (let w: usize = 0; w < words; w++) store<u64>(state + w * STEP, load<u64>(block + (w << 3)));
  const outputs = <usize>load<u32>(at, 28);
  const cells = <usize>load<u32>(at, 52);
  for (let k: usize = 0; k < outputs; k++) store<u64>(rowOf(at, inputs + k, row, 0) + lane, load<u64>(cells + (k << 6)));
}

/** The newest row goes where the operand tables point, those before it before that. */
function gatherWindow(at: usize, k: usize, lane: usize, row: i64): void {
  const newest = <usize>load<u32>(at, 44) + k * <usize>load<u32>(at, 48) + (<usize>load<u32>(at, 20) << 3);
  const back = min<i64>(seenBefore(at, row), <i64>load<u32>(at, 20));
  for (let b: i64 = 0; b <= back; b++) store<f64>(newest - (<usize>b << 3), load<f64>(rowOf(at, k, row, b) + lane));
}

/** Two instances. */
export function bothAlone(at: usize, lane: usize, row: i64): void {
  alone(at, lane, row);
  alone(at, lane + 8, row);
}
