// Runs in the reader's browser: numbers and times as people read them, and where the lines of a grid stand. See browser.ts.

export interface Words {
  readonly number: (value: number, places: number) => string;
  /** A price or an amount of money, with the decimals its size asks for. */
  readonly money: (value: number) => string;
  readonly percent: (value: number) => string;
  /** A bar's time, with the time of day unless bars are a day wide. */
  readonly moment: (t: number) => string;
  /** At least `count` of them, with the widest step people count in. */
  readonly valueTicks: (low: number, high: number, count: number) => { step: number; ticks: number[] };
  /** The same for an axis of equal ratios; both ends are above 0. */
  readonly ratioTicks: (low: number, high: number, count: number) => { step: number; ticks: number[] };
  readonly moneyTick: (value: number, step: number) => string;
  readonly percentTick: (value: number, step: number) => string;
  readonly plainTick: (value: number, step: number) => string;
  /** Rows at which a year, a month, a day, … begins, with its name; about `count` of them between two rows. */
  readonly timeTicks: (t: Float64Array, from: number, to: number, count: number) => [row: number, name: string][];
}

export function words(intervalMs: number): Words {
  const MINUTE = 60_000;
  const DAY = 86_400_000;
  const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const SIZES = [[1e12, ' T'], [1e9, ' B'], [1e6, ' M'], [0, '']] as const;
  const DAYS = [DAY, 2 * DAY, 7 * DAY, 14 * DAY];
  const TIME_STEPS = [1 / 60, 5 / 60, 15 / 60, 30 / 60, 1, 5, 15, 30, 60, 180, 360, 720].map((minutes) => minutes * MINUTE).concat(DAYS);
  const MONTH_STEPS = [1, 3, 6, 12, 24, 60, 120, 240, 480];
  const number = (value: number, places: number): string => {
    const text = value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
    return /[1-9]/.test(text) ? text.replace('-', '−') : text.replace('-', '');
  };
  const placesOf = (size: number): number => Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(size || 1))));
  const decimals = (step: number): number => Math.min(8, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  const day = (t: number): string => new Date(t).toISOString().slice(0, 10);
  const clock = (t: number, step: number): string => new Date(t).toISOString().slice(11, step % MINUTE === 0 ? 16 : 19);

  /** The first name of an axis that would not say which year, or for a time of day which day, it is of. */
  const dated = (moment: number, name: string): string => {
    const date = new Date(moment);
    const year = date.getUTCFullYear();
    return name.includes(':') ? `${name}, ${date.getUTCDate()} ${NAMES[date.getUTCMonth()]} ${year}` : `${name} ${year}`;
  };

  /** Moments people count in, between two. */
  const moments = (from: number, to: number, count: number): [t: number, name: string][] => {
    const rough = (to - from) / count;
    const step = TIME_STEPS.find((size) => size >= rough);
    const found: [number, string][] = [];
    if (step !== undefined) {
      for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
        const date = new Date(t);
        found.push([t, t % DAY === 0 ? `${date.getUTCDate()} ${NAMES[date.getUTCMonth()]}` : clock(t, step)]);
      }
      return found;
    }
    const months = MONTH_STEPS.find((size) => size * 30.4 * DAY >= rough) ?? 1_200;
    const start = new Date(from);
    for (let k = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months; ; k += months) {
      const t = Date.UTC(Math.floor(k / 12), k % 12, 1);
      if (t > to) return found;
      if (t >= from) found.push([t, months >= 12 || k % 12 === 0 ? String(Math.floor(k / 12)) : NAMES[k % 12]!]);
    }
  };
  const valueTicks: Words['valueTicks'] = (low, high, count) => {
    const power = 10 ** Math.floor(Math.log10((high - low) / count));
    const ticksOf = (step: number): number[] => Array.from({ length: Math.floor(high / step) - Math.ceil(low / step) + 1 }, (_, k) => (Math.ceil(low / step) + k) * step);
    const step = [10, 5, 2].map((digit) => digit * power).find((size) => ticksOf(size).length >= count) ?? power;
    return { step, ticks: ticksOf(step) };
  };
  return {
    number,
    money: (value) => number(value, Math.abs(value) >= 100 ? 2 : placesOf(Math.abs(value)) + 1),
    percent: (value) => `${number(value * 100, 2)} %`,
    moment: (t) => (intervalMs >= DAY ? day(t) : `${day(t)} ${clock(t, intervalMs)}`),
    valueTicks,
    ratioTicks(low, high, count) {
      const ticksOf = (digits: readonly number[]): number[] => {
        const ticks: number[] = [];
        for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) ticks.push(...digits.map((digit) => digit * power).filter((tick) => tick >= low && tick <= high));
        return ticks;
      };
      const ticks = [[1], [1, 2, 5]].map(ticksOf).find(({ length }) => length >= count);
      // Between ends that are near each other ratios look like differences.
      return ticks ? { step: 10 ** Math.floor(Math.log10(ticks[0]!)), ticks } : valueTicks(low, high, count);
    },
    moneyTick(value, step) {
      const [size, name] = SIZES.find(([least]) => Math.abs(value) >= least)!;
      return number(value / (size || 1), decimals(step / (size || 1))) + name;
    },
    percentTick: (value, step) => `${number(value * 100, decimals(step * 100))} %`,
    plainTick: (value, step) => number(value, decimals(step)),
    timeTicks(t, from, to, count) {
      const first = Math.max(Math.ceil(from), 0);
      const last = Math.min(Math.floor(to), t.length - 1);
      if (first > last) return [];
      let row = first;
      const found = moments(t[first]!, t[last]!, count);
      const isYearTold = found.some(([, name]) => /^\d{4}$/.test(name));
      return found.map(([moment, name], k): [number, string] => {
        // Where no bar begins at the moment, the first after it does.
        let low = row;
        let high = last;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (t[middle]! < moment) low = middle + 1;
          else high = middle;
        }
        row = low;
        return [row, k === 0 && !isYearTold ? dated(moment, name) : name];
      });
    },
  };
}
