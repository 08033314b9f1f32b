// Corporate actions out of a LEAN factor file: lines of `date, price factor, split factor, reference price`, oldest first.
//
//   A line holds for prices up to the end of its date (local to the exchange). What happens next morning is told by the step to the line after it:
//     split     = split factor after / split factor before, new units for one old
//     dividend  = reference price · (1 − price factor before / price factor after), the close of the date being the reference price
//   QuantConnect, LEAN, Data/equity/usa/factor_files/readme.md and Common/Data/Auxiliary/FactorFileRow: dividends are rounded to cents there, as here.
import type { CorporateAction } from '#domain/account-terms.ts';
import { Fault } from '#domain/fault.ts';

const DAY_MS = 86_400_000;
/** Split factors have eight digits; beyond that a ratio of whole numbers is meant. */
const RATIO_TOLERANCE = 2e-4;
const DENOMINATOR_MAX = 100;

interface Line {
  readonly where: string;
  readonly endsMs: number;
  readonly priceFactor: number;
  readonly splitFactor: number;
  readonly reference: number;
}

/** The splits and dividends of a factor file's text, in order. Throws DATA_ROW_INVALID with the line. `where` names the file. */
export function leanActions(text: string, where = 'factor file'): CorporateAction[] {
  const lines = text.split(/\r?\n/).flatMap((line, k) => (line.trim() === '' ? [] : [lineOf(line, `${where}, line ${k + 1}`)]));
  if (lines.length === 0) throw refuse(where, 'it holds no factors, so what was split or paid out is not known');
  return lines.slice(1).flatMap((after, k) => {
    const before = lines[k]!;
    if (after.endsMs <= before.endsMs) throw refuse(after.where, 'its date does not come after the one before it');
    const split = ratioOf(after.splitFactor / before.splitFactor);
    const dividend = Math.round(before.reference * (1 - before.priceFactor / after.priceFactor) * 100) / 100;
    return split === 1 && dividend <= 0 ? [] : [{ ts: before.endsMs, split, dividend: Math.max(dividend, 0) }];
  });
}

function lineOf(line: string, where: string): Line {
  const [date = '', ...rest] = line.split(',').map((part) => part.trim());
  const [priceFactor, splitFactor, reference = 0] = rest.map(Number) as [number, number, number?];
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(date) ?? [];
  const isFactor = (factor: number): boolean => factor > 0 && factor < Infinity;
  if (year === undefined || !isFactor(priceFactor) || !isFactor(splitFactor) || !(reference >= 0)) throw refuse(where, `"${line}" is no line of a factor file`);
  return { where, endsMs: Date.UTC(Number(year), Number(month) - 1, Number(day)) + DAY_MS, priceFactor, splitFactor, reference };
}

/** The ratio of small whole numbers that is meant, if there is one. */
function ratioOf(ratio: number): number {
  for (let denominator = 1; denominator <= DENOMINATOR_MAX; denominator++) {
    const numerator = Math.round(ratio * denominator);
    if (numerator > 0 && Math.abs(numerator / denominator / ratio - 1) < RATIO_TOLERANCE) return numerator / denominator;
  }
  return ratio;
}

function refuse(where: string, why: string): Fault {
  return new Fault('DATA_ROW_INVALID', `${where}: ${why}`, { cure: 'give lines of yyyymmdd, price factor, split factor, reference price, oldest first', data: { where } });
}
