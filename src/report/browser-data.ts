// Runs in the reader's browser: from the packed text of a page to columns, and the extremes of any stretch of one. See browser.ts.

/** Reads what packed.ts wrote: `columns` columns of `rows` whole numbers, NaN where there is none. */
export async function unpack(text: string, rows: number, columns: number, atob: (text: string) => string): Promise<Float64Array[]> {
  const letters = atob(text);
  const packed = new Uint8Array(letters.length);
  for (let k = 0; k < letters.length; k++) packed[k] = letters.charCodeAt(k);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let at = 0;
  return Array.from({ length: columns }, () => {
    const column = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      let byte = bytes[at++]!;
      let code = byte & 127;
      for (let scale = 128; byte > 127; scale *= 128) {
        byte = bytes[at++]!;
        code += (byte & 127) * scale;
      }
      column[row] = code === 0 ? Number.NaN : code % 2 === 1 ? (code - 1) / 2 : -code / 2;
    }
    return column;
  });
}

/** Running sums: undoes `steps`. A NaN stays one and is skipped. */
export function totals(steps: Float64Array): Float64Array {
  let total = 0;
  return steps.map((step) => (step === step ? (total += step) : step));
}

export interface Pyramid {
  /** Lowest and highest value of rows from … to − 1; [∞, −∞] where none is a number. */
  extent(from: number, to: number): [low: number, high: number];
}

/** Extremes of any stretch in a few steps: each level holds those of eight of the level below. */
export function pyramid(lows: Float64Array, highs: Float64Array): Pyramid {
  const levels = [{ lows, highs }];
  for (let below = levels[0]!; below.lows.length > 8; ) {
    const length = Math.ceil(below.lows.length / 8);
    const level = { lows: new Float64Array(length).fill(Infinity), highs: new Float64Array(length).fill(-Infinity) };
    for (let k = 0; k < below.lows.length; k++) {
      if (below.lows[k]! < level.lows[k >> 3]!) level.lows[k >> 3] = below.lows[k]!;
      if (below.highs[k]! > level.highs[k >> 3]!) level.highs[k >> 3] = below.highs[k]!;
    }
    levels.push(level);
    below = level;
  }
  return {
    extent(from, to) {
      let low = Infinity;
      let high = -Infinity;
      let first = Math.max(from, 0);
      let last = Math.min(to, lows.length);
      // Up while whole eights fit: what sticks out on either side is looked at on its level, what is inside one level higher.
      for (let level = 0; first < last; level++) {
        const own = levels[level]!;
        while (first < last && (levels[level + 1] === undefined || first % 8 !== 0)) {
          if (own.lows[first]! < low) low = own.lows[first]!;
          if (own.highs[first]! > high) high = own.highs[first]!;
          first++;
        }
        while (first < last && last % 8 !== 0) {
          last--;
          if (own.lows[last]! < low) low = own.lows[last]!;
          if (own.highs[last]! > high) high = own.highs[last]!;
        }
        first /= 8;
        last /= 8;
      }
      return [low, high];
    },
  };
}
