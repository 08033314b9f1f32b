// Runs the instructions of a panel: nodes over many instances that move on together, a row at a time (lane/table.ts).
// L1. What lanes do alike is done two instances to an instruction. All else, the first rows, gaps, changes of scale, and every kernel without
//     lanes, is done by the kernel itself, one instance at a time (lane/alone.ts). So the bits are the plan's.
import { ATR, BBANDS, EMA, RMA, RSI, SMA, STDDEV, VAR } from './dispatch';
import { Deviation, Variance } from './engine/moments-layout';
import { bothAlone } from './lane/alone';
import { bandsOfRow } from './lane/bands';
import { meansOfRow } from './lane/mean';
import { spreadsOfRow } from './lane/moments';
import { averageLanes, rangeLanes, strengthLanes } from './lane/smoother';
import { rowBytes, rowOf, seenBefore } from './lane/table';
import { fillNaN } from './value';

/** Runs `count` instructions over row `row`, which stands in the rings of their inputs. */
export function panel_run(at: usize, count: u32, row: f64): void {
  for (; count > 0; count--) {
    if (seenBefore(at, <i64>row) < 0) pass(at, <i64>row);
    else advance(at, <i64>row);
    at += <usize>load<u32>(at, 60);
  }
}

/** A row before the inputs are valid: the kernel does not see it. */
function pass(at: usize, row: i64): void {
  const inputs = <usize>load<u32>(at, 24);
  for (let k: usize = 0; k < <usize>load<u32>(at, 28); k++) fillNaN(rowOf(at, inputs + k, row, 0), <i32>(rowBytes(at) >> 3));
}

function advance(at: usize, row: i64): void {
  switch (load<i32>(at)) {
    case SMA: return meansOfRow(at, row);
    case EMA:
    case RMA: return averageLanes(at, row);
    case RSI: return strengthLanes(at, row);
    case ATR: return rangeLanes(at, row);
    case STDDEV: return spreadsOfRow<Deviation>(at, row);
    case VAR: return spreadsOfRow<Variance>(at, row);
    case BBANDS: return bandsOfRow(at, row);
    default: break;
  }
  const end = rowBytes(at);
  for (let k: usize = 0; k < end; k += 16) bothAlone(at, k, row);
}
