// Strategies that find each other by tags: one reads what others tag, who come and go.
import { sma, Strategy, StreamInput, TagQueryNode } from '#sdk/mod.ts';

/** Reads what is tagged `leader`: alone, smoothed, as a rank, and beside a node of another slot. */
export const breadth = new Strategy({
  name: 'breadth',
  params: { venue: 'test', instrument: 'XYZ' },
  build: ({ venue, instrument }) => {
    const leaders = new TagQueryNode({ tags: ['leader'], match: 'any', interval: '1m', period: 3 });
    const own = sma(new StreamInput({ venue, instrument, interval: '1m' }), { period: 7 });
    return { outputs: { mean: leaders, smooth: sma(leaders, { period: 4 }), rank: leaders.rank(own), apart: own.minus(leaders) } };
  },
});

/** Tags one average of the instrument it is declared with. */
export const leading = new Strategy({
  name: 'leading',
  params: { venue: 'test', instrument: 'ABC', period: 5 },
  build: ({ venue, instrument, period }) => ({ outputs: { average: sma(new StreamInput({ venue, instrument, interval: '1m' }), { period }).tagged('leader') } }),
});
