// Renko bricks by brute force: one after another, in whole cents.

interface Row {
  readonly t: number;
  readonly values: readonly number[];
}

/** Rows of prices that are the volumes too; the size is in cents. */
export function bricks(rows: readonly Row[], size: number): Row[] {
  const made: Row[] = [];
  const cents = (value: number) => Math.round(value * 100);
  let [open, close, sinceRow] = [Number.NaN, Math.round(cents(rows[0]!.values[0]!) / size) * size, 0];
  const give = (from: number, to: number, row: number): void => {
    const traded = rows.slice(sinceRow, row + 1).reduce((sum, { values }) => sum + cents(values[0]!), 0) / 100;
    made.push({ t: rows[row]!.t, values: [from / 100, Math.max(from, to) / 100, Math.min(from, to) / 100, to / 100, traded] });
    [open, close, sinceRow] = [from, to, row + 1];
  };
  rows.forEach(({ values }, row) => {
    const price = cents(values[0]!);
    for (;;) {
      const [top, bottom] = Number.isNaN(open) ? [close, close] : [Math.max(open, close), Math.min(open, close)];
      if (price >= top + size) give(top, top + size, row);
      else if (price <= bottom - size) give(bottom, bottom - size, row);
      else break;
    }
  });
  return made;
}
