// The second half of the table of kernels: ops from 107 on. The first is in dispatch.ts, which asks here for what it does not know.
import { acBytes, acInit, acRun } from './kernel/ac';
import { accbandsBytes, accbandsInit, accbandsRun } from './kernel/accbands';
import { almaBytes, almaInit, almaRun } from './kernel/alma';
import { avgdevBytes, avgdevInit, avgdevRun } from './kernel/avgdev';
import { ROCR100, changeBytes, changeInit, changeRun } from './kernel/change';
import { coppockBytes, coppockInit, coppockRun } from './kernel/coppock';
import { crsiBytes, crsiInit, crsiRun } from './kernel/crsi';
import { DCPERIOD, TRENDMODE, cycleBytes, cycleInit, cycleRun } from './kernel/cycle';
import { MINUSDM, PLUSDM, dmBytes, dmInit, dmRun } from './kernel/dm';
import { fisherBytes, fisherInit, fisherRun } from './kernel/fisher';
import { imiBytes, imiInit, imiRun } from './kernel/imi';
import { kstBytes, kstInit, kstRun } from './kernel/kst';
import { kvoBytes, kvoInit, kvoRun } from './kernel/kvo';
import { mamaBytes, mamaInit, mamaRun } from './kernel/mama';
import { mcginleyBytes, mcginleyInit, mcginleyRun } from './kernel/mcginley';
import { pvoBytes, pvoInit, pvoRun } from './kernel/pvo';
import { sumBytes, sumInit, sumRun } from './kernel/sum';
import { FLOOR, SQRT, transformBytes, transformRun } from './kernel/transform';
import { vidyaBytes, vidyaInit, vidyaRun } from './kernel/vidya';

export const SECOND: i32 = 107;

const ALMA: i32 = 107;
const MAMA: i32 = 108;
const VIDYA: i32 = 109;
const MCGINLEY: i32 = 110;
const KVO: i32 = 111;
const AC: i32 = 112;
const COPPOCK: i32 = 113;
const KST: i32 = 114;
const FISHER: i32 = 115;
const CRSI: i32 = 116;
const PVO: i32 = 117;
const SUM: i32 = 127;
const AVGDEV: i32 = 128;
const ACCBANDS: i32 = 129;
const IMI: i32 = 130;

export function secondBytes(op: i32, params: usize): usize {
  switch (op) {
    case ALMA: return almaBytes(params);
    case MAMA: return mamaBytes();
    case VIDYA: return vidyaBytes(params);
    case MCGINLEY: return mcginleyBytes();
    case KVO: return kvoBytes();
    case AC: return acBytes(params);
    case COPPOCK: return coppockBytes(params);
    case KST: return kstBytes(params);
    case FISHER: return fisherBytes(params);
    case CRSI: return crsiBytes(params);
    case PVO: return pvoBytes();
    case SUM: return sumBytes(params);
    case AVGDEV: return avgdevBytes();
    case ACCBANDS: return accbandsBytes(params);
    case IMI: return imiBytes(params);
    case PLUSDM:
    case MINUSDM: return dmBytes();
    case ROCR100: return changeBytes();
    default: break;
  }
  if (op >= DCPERIOD && op <= TRENDMODE) return cycleBytes(op);
  return op >= SQRT && op <= FLOOR ? transformBytes() : 0;
}

export function secondInit(op: i32, state: usize, params: usize): void {
  switch (op) {
    case ALMA: return almaInit(state, params);
    case MAMA: return mamaInit(state, params);
    case VIDYA: return vidyaInit(state, params);
    case MCGINLEY: return mcginleyInit(state, params);
    case KVO: return kvoInit(state, params);
    case AC: return acInit(state, params);
    case COPPOCK: return coppockInit(state, params);
    case KST: return kstInit(state, params);
    case FISHER: return fisherInit(state, params);
    case CRSI: return crsiInit(state, params);
    case PVO: return pvoInit(state, params);
    case SUM: return sumInit(state, params);
    case AVGDEV: return avgdevInit(state, params);
    case ACCBANDS: return accbandsInit(state, params);
    case IMI: return imiInit(state, params);
    case PLUSDM:
    case MINUSDM: return dmInit(state, params);
    case ROCR100: return changeInit(state, params);
    default: break;
  }
  if (op >= DCPERIOD && op <= TRENDMODE) cycleInit(op, state); // a transform remembers nothing
}

export function secondRun(op: i32, state: usize, inputs: usize, outputs: usize, n: i32): void {
  switch (op) {
    case ALMA: return almaRun(state, inputs, outputs, n);
    case MAMA: return mamaRun(state, inputs, outputs, n);
    case VIDYA: return vidyaRun(state, inputs, outputs, n);
    case MCGINLEY: return mcginleyRun(state, inputs, outputs, n);
    case KVO: return kvoRun(state, inputs, outputs, n);
    case AC: return acRun(state, inputs, outputs, n);
    case COPPOCK: return coppockRun(state, inputs, outputs, n);
    case KST: return kstRun(state, inputs, outputs, n);
    case FISHER: return fisherRun(state, inputs, outputs, n);
    case CRSI: return crsiRun(state, inputs, outputs, n);
    case PVO: return pvoRun(state, inputs, outputs, n);
    case SUM: return sumRun(state, inputs, outputs, n);
    case AVGDEV: return avgdevRun(state, inputs, outputs, n);
    case ACCBANDS: return accbandsRun(state, inputs, outputs, n);
    case IMI: return imiRun(state, inputs, outputs, n);
    case PLUSDM:
    case MINUSDM: return dmRun(op, state, inputs, outputs, n);
    case ROCR100: return changeRun(op, state, inputs, outputs, n);
    default: break;
  }
  if (op >= DCPERIOD && op <= TRENDMODE) return cycleRun(op, state, inputs, outputs, n);
  if (op >= SQRT && op <= FLOOR) return transformRun(op, inputs, outputs, n);
}
