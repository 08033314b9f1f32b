// Makes a failing schedule small: leaves out events, halves first, as long as what is left still fails (delta debugging; Zeller and
// Hildebrandt 2002, "Simplifying and isolating failure-inducing input", the ddmin algorithm).

/** The fewest of the events, in order, for which `fails` still holds; no single one of them can be left out. */
export async function shrink<T>(events: readonly T[], fails: (events: readonly T[]) => Promise<boolean>): Promise<T[]> {
  let kept = [...events];
  for (let parts = 2; kept.length > 0; ) {
    const size = Math.ceil(kept.length / parts);
    let smaller: T[] | undefined;
    for (let at = 0; at < kept.length && !smaller; at += size) {
      const without = kept.toSpliced(at, size);
      if (await fails(without)) smaller = without;
    }
    if (smaller) {
      kept = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) break;
    else parts = Math.min(kept.length, 2 * parts);
  }
  return kept;
}
