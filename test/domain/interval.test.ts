import { describe, expect, test } from 'vitest';
import { sourceId, sourceName } from '#domain/bar.ts';
import { Fault, isFault } from '#domain/fault.ts';
import { interval, intervalMs } from '#domain/interval.ts';

describe('interval', () => {
  test.each([
    ['1s', '1s', 1_000],
    ['30s', '30s', 30_000],
    ['60s', '1m', 60_000],
    ['90s', '90s', 90_000],
    ['240m', '4h', 14_400_000],
    ['24h', '1d', 86_400_000],
    ['86400s', '1d', 86_400_000],
  ])('%s is written %s and is %i ms wide', (text, canonical, ms) => {
    expect(interval(text)).toBe(canonical);
    expect(intervalMs(interval(text))).toBe(ms);
  });

  test.each(['0s', '-1m', '1.5h', '01m', '2d', '25h', '86401s', '1w', '1M', 'm', '5', ' 1m', '1m ', '1 m', 60, {}, ['1m']])('%j is refused', (text) => {
    expect(() => interval(text, 'price')).toThrow(expect.objectContaining({ code: 'INTERVAL_INVALID', message: expect.stringMatching(/^price: /) }));
  });

  test.each([undefined, null, ''])('a missing interval (%j) is said to be missing', (text) => {
    expect(() => interval(text, 'price')).toThrow('price: the interval is missing');
  });
});

describe('a source', () => {
  const spx = { venue: 'demo', instrument: 'SPX', interval: interval('1d') };

  test('is named for people by venue, instrument and interval', () => {
    expect(sourceName(spx)).toBe('demo:SPX:1d');
  });

  test('has another id when any of the three differs, also when the joined texts are the same', () => {
    const others = [spx, { ...spx, venue: 'other' }, { ...spx, instrument: 'NDX' }, { ...spx, interval: interval('1h') }, { ...spx, venue: 'demo:SPX', instrument: '1d' }, { ...spx, venue: 'demo', instrument: 'SPX:1d' }];
    expect(new Set(others.map(sourceId)).size).toBe(others.length);
  });
});

describe('a Fault', () => {
  test('is known as one by name and code, also without its class', () => {
    const crossed = Object.assign(new Error('gone'), { name: 'Fault', code: 'LEASE_LOST' });
    expect([new Fault('TIMEOUT', 'late'), crossed, new Error('bug'), 'TIMEOUT'].map(isFault)).toEqual([true, true, false, false]);
  });

  test('keeps its cause, and is not worth a retry unless it says so', () => {
    const cause = new Error('below');
    const fault = new Fault('TIMEOUT', 'late', { cause });
    expect([fault.cause, fault.retry, fault.cure]).toEqual([cause, false, undefined]);
  });
});
