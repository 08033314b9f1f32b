// The third part of the table of kernels: ops from 270 on.
import { alligatorBytes, alligatorInit } from './kernel/alligator';
import { biasBytes, biasInit, biasRun } from './kernel/bias';
import { ckspBytes, ckspInit, ckspRun } from './kernel/cksp';
import { ATRSTOP, VOLSTOP, closestopBytes, closestopInit, closestopRun } from './kernel/closestop';
import { ebswBytes, ebswInit, ebswRun } from './kernel/ebsw';
import { entropyBytes, entropyInit, entropyRun } from './kernel/entropy';
import { erBytes, erInit, erRun } from './kernel/er';
import { fractalBytes, fractalInit, fractalRun } from './kernel/fractal';
import { framaBytes, framaInit, framaRun } from './kernel/frama';
import { gatorRun } from './kernel/gator';
import { hurstBytes, hurstInit, hurstRun } from './kernel/hurst';
import { madBytes, madInit, madRun } from './kernel/mad';
import { pgoBytes, pgoInit, pgoRun } from './kernel/pgo';
import { pivotsBytes, pivotsInit, pivotsRun } from './kernel/pivots';
import { qqeBytes, qqeInit, qqeRun } from './kernel/qqe';
import { qstickBytes, qstickInit, qstickRun } from './kernel/qstick';
import { rvgiBytes, rvgiInit, rvgiRun } from './kernel/rvgi';
import { rviBytes, rviInit, rviRun } from './kernel/rvi';
import { rvolBytes, rvolInit, rvolRun } from './kernel/rvol';
import { squeezeBytes, squeezeInit, squeezeRun } from './kernel/squeeze';
import { stcBytes, stcInit, stcRun } from './kernel/stc';
import { swmaBytes, swmaRun } from './kernel/swma';
import { vhfBytes, vhfInit, vhfRun } from './kernel/vhf';
import { wavetrendBytes, wavetrendInit, wavetrendRun } from './kernel/wavetrend';
import { zigzagBytes, zigzagInit, zigzagRun } from './kernel/zigzag';

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
const FRACTAL: i32 = 282;
const ZIGZAG: i32 = 283;
const PIVOTS: i32 = 284;
const RVOL: i32 = 285;
const MAD: i32 = 286;
const ENTROPY: i32 = 287;
const HURST: i32 = 288;
const BIAS: i32 = 289;
const QSTICK: i32 = 290;
const PGO: i32 = 291;
const ER: i32 = 292;
const VHF: i32 = 293;
const SWMA: i32 = 294;

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
    case FRACTAL: return fractalBytes(params);
    case ZIGZAG: return zigzagBytes();
    case PIVOTS: return pivotsBytes();
    case RVOL: return rvolBytes(params);
    case MAD: return madBytes(params);
    case ENTROPY: return entropyBytes(params);
    case HURST: return hurstBytes(params);
    case BIAS: return biasBytes(params);
    case QSTICK: return qstickBytes(params);
    case PGO: return pgoBytes(params);
    case ER: return erBytes(params);
    case VHF: return vhfBytes(params);
    case SWMA: return swmaBytes();
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
    case FRACTAL: return fractalInit(state, params);
    case ZIGZAG: return zigzagInit(state, params);
    case PIVOTS: return pivotsInit(state, params);
    case RVOL: return rvolInit(state, params);
    case MAD: return madInit(state, params);
    case ENTROPY: return entropyInit(state, params);
    case HURST: return hurstInit(state, params);
    case BIAS: return biasInit(state, params);
    case QSTICK: return qstickInit(state, params);
    case PGO: return pgoInit(state, params);
    case ER: return erInit(state, params);
    case VHF: return vhfInit(state, params);
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
    case FRACTAL: return fractalRun(state, inputs, outputs, n);
    case ZIGZAG: return zigzagRun(state, inputs, outputs, n);
    case PIVOTS: return pivotsRun(state, inputs, outputs, n);
    case RVOL: return rvolRun(state, inputs, outputs, n);
    case MAD: return madRun(state, inputs, outputs, n);
    case ENTROPY: return entropyRun(state, inputs, outputs, n);
    case HURST: return hurstRun(state, inputs, outputs, n);
    case BIAS: return biasRun(state, inputs, outputs, n);
    case QSTICK: return qstickRun(state, inputs, outputs, n);
    case PGO: return pgoRun(state, inputs, outputs, n);
    case ER: return erRun(state, inputs, outputs, n);
    case VHF: return vhfRun(state, inputs, outputs, n);
    case SWMA: return swmaRun(state, inputs, outputs, n);
    default: break;
  }
}
