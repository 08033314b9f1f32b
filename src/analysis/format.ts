// Figures as people read them: the minus is a minus, thousands are grouped, what is not defined is a dash.

export type FigureUnit = 'percent' | 'number' | 'cash' | 'count' | 'duration';

const UNDEFINED_TEXT = '–';

const grouped = new Map<number, Intl.NumberFormat>();

function group(value: number, places: number): string {
  let format = grouped.get(places);
  if (!format) grouped.set(places, (format = new Intl.NumberFormat('en-US', { minimumFractionDigits: places, maximumFractionDigits: places })));
  const text = format.format(value).replace('-', '−');
  // A loss that rounds to nothing is no loss of −0.00.
  return /[1-9]/.test(text) ? text : text.replace('−', '');
}

const FORMATS: Readonly<Record<FigureUnit, (value: number) => string>> = {
  // Losses of single minutes are thousandths of a percent.
  percent: (ratio) => `${group(ratio * 100, Math.abs(ratio) < 0.001 && ratio !== 0 ? 4 : 2)} %`,
  number: (value) => group(value, 2),
  cash: (value) => group(value, 2),
  count: (value) => group(value, 0),
  duration: (ms) => formatDuration(ms),
};

/** A figure in its unit: ratios as percent, durations in ms as their two largest units. */
export function formatFigure(value: number | null, unit: FigureUnit): string {
  if (value === null || !Number.isFinite(value)) return UNDEFINED_TEXT;
  return FORMATS[unit](value);
}

/** A ratio in percent without the sign for it, for tables whose head says so. */
export function formatPercent(ratio: number): string {
  return group(ratio * 100, 2);
}

const STEPS = [
  ['y', 365.25 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** `2 y 31 d`, `3 h 20 min`, `250 ms`: the largest unit that fits and the one below it. */
export function formatDuration(ms: number): string {
  const largest = STEPS.findIndex(([, size]) => ms >= size);
  if (largest < 0) return ms === 0 ? '0' : `${group(ms, 2)} ms`;
  const [unit, size] = STEPS[largest]!;
  const whole = Math.floor(ms / size);
  const below = STEPS[largest + 1];
  const rest = below ? Math.floor((ms - whole * size) / below[1]) : 0;
  return `${group(whole, 0)} ${unit}${rest > 0 ? ` ${rest} ${below![0]}` : ''}`;
}

/** `2024-01-31`, with the time of day unless the bars are a day wide. */
export function formatTime(t: number, intervalMs: number): string {
  const text = new Date(t).toISOString();
  return intervalMs >= 86_400_000 ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, intervalMs % 60_000 === 0 ? 16 : 19)}`;
}

/** A price or quantity with the digits it has, 8 places at most. */
export function formatAmount(value: number): string {
  return group(value, value.toFixed(8).replace(/0+$/, '').split('.')[1]!.length);
}
