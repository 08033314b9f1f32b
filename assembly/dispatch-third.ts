// The third part of the table of kernels: ops from 270 on.
import { qqeBytes, qqeInit, qqeRun } from './kernel/qqe';
import { rvgiBytes, rvgiInit, rvgiRun } from './kernel/rvgi';
import { rviBytes, rviInit, rviRun } from './kernel/rvi';
import { squeezeBytes, squeezeInit, squeezeRun } from './kernel/squeeze';
import { stcBytes, stcInit, stcRun } from './kernel/stc';
import { wavetrendBytes, wavetrendInit, wavetrendRun } from './kernel/wavetrend';

export const THIRD: i32 = 270;

const RVGI: i32 = 270;
const RVI: i32 = 271;
const WAVETREND: i32 = 272;
const SQUEEZE: i32 = 273;
const STC: i32 = 274;
const QQE: i32 = 275;

export function thirdBytes(op: i32, params: usize): usize {
  switch (op) {
    case RVGI: return rvgiBytes(params);
    case RVI: return rviBytes(params);
    case WAVETREND: return wavetrendBytes(params);
    case SQUEEZE: return squeezeBytes(params);
    case STC: return stcBytes(params);
    case QQE: return qqeBytes();
    default: return 0;
  }
}

export function thirdInit(op: i32, state: usize, params: usize): void {
  switch (op) {
    case RVGI: return rvgiInit(state, params);
    case RVI: return rviInit(state, params);
    case WAVETREND: return wavetrendInit(state, params);
    case SQUEEZE: return squeezeInit(state, params);
    case STC: return stcInit(state, params);
    case QQE: return qqeInit(state, params);
    default: break;
  }
}

export function thirdRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  switch (op) {
    case RVGI: return rvgiRun(state, inputs, outputs, n);
    case RVI: return rviRun(state, inputs, outputs, n);
    case WAVETREND: return wavetrendRun(state, inputs, outputs, n);
    case SQUEEZE: return squeezeRun(state, inputs, outputs, n);
    case STC: return stcRun(state, inputs, outputs, n);
    case QQE: return qqeRun(state, inputs, outputs, n);
    default: break;
  }
}
