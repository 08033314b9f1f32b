// The deepest drawdowns of a run, one by one; what a drawdown is says drawdown.ts.

export interface DeepDrawdown {
  /** (peak − equity) / peak at the trough. */
  readonly depthRatio: number;
  /** peak − equity at the trough, in cash. */
  readonly depth: number;
  /** Row of the peak; −1 where that is the opening cash. */
  readonly peakRow: number;
  readonly troughRow: number;
  /** Row that reached the peak again; null where none has. */
  readonly recoveryRow: number | null;
}

/** At most `count`, deepest first; of two alike the earlier. */
export function worstDrawdowns(equity: Float64Array, cash0: number, count: number): DeepDrawdown[] {
  const worst: DeepDrawdown[] = [];
  let peak = cash0;
  let peakRow = -1;
  for (let row = 0; row < equity.length; row++) {
    if (equity[row]! >= peak) {
      peak = equity[row]!;
      peakRow = row;
      continue;
    }
    let troughRow = row;
    while (row < equity.length && !(equity[row]! >= peak)) {
      if (equity[row]! < equity[troughRow]!) troughRow = row;
      row++;
    }
    const depth = peak - equity[troughRow]!;
    const found: DeepDrawdown = { depthRatio: depth / peak, depth, peakRow, troughRow, recoveryRow: row < equity.length ? row : null };
    const place = worst.findIndex(({ depthRatio }) => depthRatio < found.depthRatio);
    worst.splice(place < 0 ? worst.length : place, 0, found);
    worst.length = Math.min(worst.length, count);
    row--;
  }
  return worst;
}
