// The inner join by t of two or more groups: one row per t that every side has.
// J1. Each side comes in order of t. A row waits until every other side has reached its t; it is emitted when all have it, dropped when one has passed it.
// J2. So rows leave in order of t, and neither what leaves nor its order depends on how the sides' appends interleave.
import type { Waiting } from './waiting.ts';

/** Takes every row that all sides have, oldest first; `emit` is called with its time while each side's `start` stands on it. */
export function takeCommon(sides: readonly Waiting[], emit: (t: number) => void): void {
  for (;;) {
    let latest = -Infinity;
    for (const side of sides) {
      if (side.start === side.end) return;
      latest = Math.max(latest, side.columns[0]![side.start]!);
    }
    let common = true;
    for (const side of sides) {
      const t = side.columns[0]!;
      while (side.start < side.end && t[side.start]! < latest) side.start++;
      if (side.start === side.end) return;
      if (t[side.start] !== latest) common = false;
    }
    if (!common) continue;
    emit(latest);
    for (const side of sides) side.start++;
  }
}
