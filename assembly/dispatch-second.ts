// The second part of the table of kernels: ops from 107 on. The first is in dispatch.ts, which asks here for what it does not know; the third in
// dispatch-third.ts.
import { THIRD, thirdBytes, thirdInit, thirdRun } from './dispatch-third';
import { acBytes, acInit, acRun } from './kernel/ac';
import { accbandsBytes, accbandsInit, accbandsRun } from './kernel/accbands';
import { alligatorBytes, alligatorInit, alligatorRun } from './kernel/alligator';
import { almaBytes, almaInit, almaRun } from './kernel/alma';
import { avgdevBytes, avgdevInit, avgdevRun } from './kernel/avgdev';
import { FIRST_CANDLE, LAST_CANDLE, candleBytes, candleInit, candleRun } from './kernel/candle';
import { chandelierBytes, chandelierInit, chandelierRun } from './kernel/chandelier';
import { ROCR100, changeBytes, changeInit, changeRun } from './kernel/change';
import { coppockBytes, coppockInit, coppockRun } from './kernel/coppock';
import { crsiBytes, crsiInit, crsiRun } from './kernel/crsi';
import { DCPERIOD, TRENDMODE, cycleBytes, cycleInit, cycleRun } from './kernel/cycle';
import { MINUSDM, PLUSDM, dmBytes, dmInit, dmRun } from './kernel/dm';
import { elderrayBytes, elderrayInit, elderrayRun } from './kernel/elderray';
import { fisherBytes, fisherInit, fisherRun } from './kernel/fisher';
import { heikinashiBytes, heikinashiInit, heikinashiRun } from './kernel/heikinashi';
import { imiBytes, imiInit, imiRun } from './kernel/imi';
import { kstBytes, kstInit, kstRun } from './kernel/kst';
import { kvoBytes, kvoInit, kvoRun } from './kernel/kvo';
import { mamaBytes, mamaInit, mamaRun } from './kernel/mama';
import { massindexBytes, massindexInit, massindexRun } from './kernel/massindex';
import { mcginleyBytes, mcginleyInit, mcginleyRun } from './kernel/mcginley';
import { percentrankBytes, percentrankInit, percentrankRun } from './kernel/percentrank';
import { pvoBytes, pvoInit, pvoRun } from './kernel/pvo';
import { medianInit, quantileBytes, quantileInit, quantileRun } from './kernel/quantile';
import { KURTOSIS, SKEW, shapeBytes, shapeInit, shapeRun } from './kernel/shape';
import { smiBytes, smiInit, smiRun } from './kernel/smi';
import { starcBytes, starcInit, starcRun } from './kernel/starc';
import { sumBytes, sumInit, sumRun } from './kernel/sum';
import { supersmootherBytes, supersmootherInit, supersmootherRun } from './kernel/supersmoother';
import { FLOOR, SQRT, transformBytes, transformRun } from './kernel/transform';
import { ulcerBytes, ulcerInit, ulcerRun } from './kernel/ulcer';
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
const MEDIAN: i32 = 146;
const QUANTILE: i32 = 147;
const PERCENTRANK: i32 = 148;
const SUPERSMOOTHER: i32 = 151;
const HEIKINASHI: i32 = 152;
const ELDERRAY: i32 = 153;
const MASSINDEX: i32 = 154;
const ULCER: i32 = 155;
const CHANDELIER: i32 = 156;
const ALLIGATOR: i32 = 157;
const STARC: i32 = 158;
const SMI: i32 = 159;

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
    case MEDIAN:
    case QUANTILE: return quantileBytes(params);
    case SKEW:
    case KURTOSIS: return shapeBytes();
    case PERCENTRANK: return percentrankBytes();
    case SUPERSMOOTHER: return supersmootherBytes();
    case HEIKINASHI: return heikinashiBytes();
    case ELDERRAY: return elderrayBytes();
    case MASSINDEX: return massindexBytes(params);
    case ULCER: return ulcerBytes(params);
    case CHANDELIER: return chandelierBytes(params);
    case ALLIGATOR: return alligatorBytes(params);
    case STARC: return starcBytes(params);
    case SMI: return smiBytes(params);
    case PLUSDM:
    case MINUSDM: return dmBytes();
    case ROCR100: return changeBytes();
    default: break;
  }
  if (op >= THIRD) return thirdBytes(op, params);
  if (op >= FIRST_CANDLE && op <= LAST_CANDLE) return candleBytes();
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
    case MEDIAN: return medianInit(state, params);
    case QUANTILE: return quantileInit(state, params);
    case SKEW:
    case KURTOSIS: return shapeInit(state, params);
    case PERCENTRANK: return percentrankInit(state, params);
    case SUPERSMOOTHER: return supersmootherInit(state, params);
    case HEIKINASHI: return heikinashiInit(state, params);
    case ELDERRAY: return elderrayInit(state, params);
    case MASSINDEX: return massindexInit(state, params);
    case ULCER: return ulcerInit(state, params);
    case CHANDELIER: return chandelierInit(state, params);
    case ALLIGATOR: return alligatorInit(state, params);
    case STARC: return starcInit(state, params);
    case SMI: return smiInit(state, params);
    case PLUSDM:
    case MINUSDM: return dmInit(state, params);
    case ROCR100: return changeInit(state, params);
    default: break;
  }
  if (op >= THIRD) return thirdInit(op, state, params);
  if (op >= FIRST_CANDLE && op <= LAST_CANDLE) return candleInit(op, state, params);
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
    case MEDIAN:
    case QUANTILE: return quantileRun(state, inputs, outputs, n);
    case SKEW:
    case KURTOSIS: return shapeRun(op, state, inputs, outputs, n);
    case PERCENTRANK: return percentrankRun(state, inputs, outputs, n);
    case SUPERSMOOTHER: return supersmootherRun(state, inputs, outputs, n);
    case HEIKINASHI: return heikinashiRun(state, inputs, outputs, n);
    case ELDERRAY: return elderrayRun(state, inputs, outputs, n);
    case MASSINDEX: return massindexRun(state, inputs, outputs, n);
    case ULCER: return ulcerRun(state, inputs, outputs, n);
    case CHANDELIER: return chandelierRun(state, inputs, outputs, n);
    case ALLIGATOR: return alligatorRun(state, inputs, outputs, n);
    case STARC: return starcRun(state, inputs, outputs, n);
    case SMI: return smiRun(state, inputs, outputs, n);
    case PLUSDM:
    case MINUSDM: return dmRun(op, state, inputs, outputs, n);
    case ROCR100: return changeRun(op, state, inputs, outputs, n);
    default: break;
  }
  if (op >= THIRD) return thirdRun(op, state, inputs, outputs, n);
  if (op >= FIRST_CANDLE && op <= LAST_CANDLE) return candleRun(op, state, inputs, outputs, n);
  if (op >= DCPERIOD && op <= TRENDMODE) return cycleRun(op, state, inputs, outputs, n);
  if (op >= SQRT && op <= FLOOR) return transformRun(op, inputs, outputs, n);
}
