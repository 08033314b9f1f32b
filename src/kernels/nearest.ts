// "Did you mean …": the known name that is closest to what was typed.

/** The name within a third of its length in edits of `typed`, or undefined when none is close. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestEdits = Infinity;
  for (const name of names) {
    const edits = editDistance(typed.toLowerCase(), name);
    if (edits < bestEdits) [best, bestEdits] = [name, edits];
  }
  return best !== undefined && bestEdits <= Math.max(1, Math.ceil(best.length / 3)) ? best : undefined;
}

/** Levenshtein distance: least number of inserted, deleted or replaced letters. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
