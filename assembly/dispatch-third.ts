// The third part of the table of kernels: ops from 270 on.
import { alligatorBytes, alligatorInit } from './kernel/alligator';
import { ckspBytes, ckspInit, ckspRun } from './kernel/cksp';
import { ATRSTOP, VOLSTOP, closestopBytes, closestopInit, closestopRun } from './kernel/closestop';
import { ebswBytes, ebswInit, ebswRun } from './kernel/ebsw';
import { framaBytes, framaInit, framaRun } from './kernel/frama';
import { gatorRun } from './kernel/gator';
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
const FRAMA: i32 = 276;
const EBSW: i32 = 277;
const CKSP: i32 = 278;
const GATOR: i32 = 281;

export function thirdBytes(op: i32, params: usize): usize {
  switch (op) {
    case RVGI: return rvgiBytes(params);
    case RVI: return rviBytes(params);
    case WAVETREND: return wavetrendBytes(params);
    case SQUEEZE: return squeezeBytes(params);
    case STC: return stcBytes(params);
    case QQE: return qqeBytes();
    case FRAMA: return framaBytes(params);
    case EBSW: return ebswBytes();
    case CKSP: return ckspBytes(params);
    case VOLSTOP:
    case ATRSTOP: return closestopBytes();
    case GATOR: return alligatorBytes(params);
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
    case FRAMA: return framaInit(state, params);
    case EBSW: return ebswInit(state, params);
    case CKSP: return ckspInit(state, params);
    case VOLSTOP:
    case ATRSTOP: return closestopInit(state, params);
    case GATOR: return alligatorInit(state, params);
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
    case FRAMA: return framaRun(state, inputs, outputs, n);
    case EBSW: return ebswRun(state, inputs, outputs, n);
    case CKSP: return ckspRun(state, inputs, outputs, n);
    case VOLSTOP:
    case ATRSTOP: return closestopRun(op, state, inputs, outputs, n);
    case GATOR: return gatorRun(state, inputs, outputs, n);
    default: break;
  }
}
