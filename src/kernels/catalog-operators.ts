// Operators and states: what the SDK's operators, crossover and latch compile to.
import { CLOSE, VALUE, define, none, period, talib } from './catalog-entry.ts';

/** An operation on each row of one or two columns; the second may be a number. */
function rowwise<const N extends string>(name: N, op: number, title: string, doc: string, theirs?: string) {
  return define(name, {
    version: '1.0.0',
    op,
    title,
    inputs: [
      { name: 'a', default: 'close' },
      { name: 'b', default: 'open', constant: true },
    ],
    outputs: VALUE,
    params: { b: { type: 'number', min: -Number.MAX_VALUE, max: Number.MAX_VALUE, optional: true, doc: 'a number in place of the second input' } },
    lookback: none,
    history: none,
    doc,
    ...(theirs === undefined ? {} : { talib: talib(theirs) }),
  });
}

function unary<const N extends string>(name: N, op: number, title: string, doc: string) {
  return define(name, {
    version: '1.0.0',
    op,
    title,
    inputs: [{ name: 'a', default: 'close' }],
    outputs: VALUE,
    params: {},
    lookback: none,
    history: none,
    doc,
  });
}

export const operators = {
  crossover: define('crossover', {
    version: '1.0.0',
    op: 11,
    title: 'Crossover',
    inputs: [
      { name: 'a', default: 'close' },
      { name: 'b', default: 'open' },
    ],
    outputs: VALUE,
    params: {},
    lookback: none,
    history: none,
    doc: '1 on the row where a rises above b after not being above, −1 where it falls below after not being below, else 0; 0 on the first row. Rows with a NaN give NaN and are passed over.',
  }),
  latch: define('latch', {
    version: '1.0.0',
    op: 12,
    title: 'Latch',
    inputs: [{ name: 'signal', default: 'close' }],
    outputs: VALUE,
    params: {},
    lookback: none,
    history: none,
    doc: '1 from a positive signal on, 0 from a negative one on, unchanged at 0; starts at 0. A NaN row gives NaN and changes nothing.',
  }),
  lag: define('lag', {
    version: '1.0.0',
    op: 160,
    title: 'Earlier value',
    inputs: CLOSE,
    outputs: VALUE,
    params: { period: period(1, 'rows between the value and the row it is given at') },
    lookback: (p) => p.period,
    history: (p) => p.period,
    doc: 'x₋ₚ, p being `period`.',
  }),
  add: rowwise('add', 16, 'Sum', 'a + b. A result beyond the range of a double is NaN.', 'ADD'),
  sub: rowwise('sub', 17, 'Difference', 'a − b. A result beyond the range of a double is NaN.', 'SUB'),
  mul: rowwise('mul', 18, 'Product', 'a · b. A result beyond the range of a double is NaN.', 'MULT'),
  div: rowwise('div', 19, 'Quotient', 'a / b. Division by zero is NaN, and so is a result beyond the range of a double.', 'DIV'),
  gt: rowwise('gt', 20, 'Greater than', '1 where a > b, else 0; NaN where either is NaN.'),
  gte: rowwise('gte', 21, 'Greater than or equal', '1 where a ≥ b, else 0; NaN where either is NaN.'),
  lt: rowwise('lt', 22, 'Less than', '1 where a < b, else 0; NaN where either is NaN.'),
  lte: rowwise('lte', 23, 'Less than or equal', '1 where a ≤ b, else 0; NaN where either is NaN.'),
  eq: rowwise('eq', 24, 'Equal', '1 where a = b, else 0; NaN where either is NaN.'),
  and: rowwise('and', 25, 'Both', '1 where a and b are both other than 0, else 0; NaN where either is NaN.'),
  or: rowwise('or', 26, 'Either', '1 where a or b is other than 0, else 0; NaN where either is NaN.'),
  not: unary('not', 27, 'Not', '1 where a is 0, else 0; NaN where a is NaN.'),
  neg: unary('neg', 28, 'Negation', '−a.'),
  abs: unary('abs', 29, 'Absolute value', '|a|.'),
} as const;
