// Kernels over columns the host has laid out itself, without a plan: for jobs that have every row beforehand.
//   a job: { state u32, inputs u32, outputs u32 }
import { EMA, RMA, run } from './dispatch';
import { smoothFour } from './lane/four';
import { input, output, setNewest } from './operand';
import { OWN } from './state';

const JOB_BYTES: usize = 12;

/** Runs one kernel as each of `count` jobs over the `n` rows their operands point at, as a plan would in one step. The jobs read the same columns. */
export function column_run(op: i32, jobs: usize, count: i32, n: i32): void {
  setNewest(0);
  const end = jobs + <usize>count * JOB_BYTES;
  const isSmoother = op == EMA || op == RMA;
  for (let at = jobs; at < end; ) {
    const left = end - at;
    if (isSmoother && left > JOB_BYTES) {
      // A group that is not full takes its last job more than once, to the same bits.
      const b = at + JOB_BYTES;
      const c = min(at + 2 * JOB_BYTES, end - JOB_BYTES);
      const d = min(at + 3 * JOB_BYTES, end - JOB_BYTES);
      const x = input(<usize>load<u32>(at, 4), 0);
      smoothFour(smoother(at), smoother(b), smoother(c), smoother(d), x, result(at), result(b), result(c), result(d), <usize>n << 3);
      at += min(left, 4 * JOB_BYTES);
    } else {
      run(op, <usize>load<u32>(at), <usize>load<u32>(at, 4), <usize>load<u32>(at, 8), n);
      at += JOB_BYTES;
    }
  }
}

// @ts-ignore: decorator
@inline
function smoother(job: usize): usize {
  return <usize>load<u32>(job) + OWN;
}

// @ts-ignore: decorator
@inline
function result(job: usize): usize {
  return output(<usize>load<u32>(job, 8), 0);
}
