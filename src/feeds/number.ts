// Decimal text to the nearest f64.
// When the digits fit 2^53 and there are at most 22 of them behind the point, digits / 10^places is one division of two exact numbers,
// so it is correctly rounded (Clinger 1990, "How to read floating point numbers accurately", the fast case). Everything else goes to Number().

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Powers of ten that f64 holds exactly. */
export const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/** Reads a plain decimal; NaN for anything else, such as an empty text, "nan", "inf", "1,000" or "0x10". */
export function numberOfText(text: string): number {
  const trimmed = text.trim();
  if (!DECIMAL.test(trimmed)) return Number.NaN;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : Number.NaN;
}
