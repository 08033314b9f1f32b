// What the compiler promises an author. The type checker runs these; a promise broken is a line that no longer needs its expectation.
import { describe, expectTypeOf, test } from 'vitest';
import { atr, bbands, crossover, latch, Node, type Output, sma, Strategy, StreamInput } from '#sdk/mod.ts';
import goldenCross from '../../examples/golden-cross.ts';

const price = new StreamInput({ venue: 'demo', instrument: 'SPX', interval: '1d' });
const never = () => false;

describe('types', () => {
  test('indicators answer an output, or their outputs by name', () => {
    expectTypeOf(sma(price)).toEqualTypeOf<Output>();
    expectTypeOf(bbands(price)).toEqualTypeOf<{ readonly upper: Output; readonly middle: Output; readonly lower: Output }>();
    expectTypeOf(atr).parameter(0).toExtend<StreamInput | { readonly high: Output; readonly low: Output; readonly close: Output }>();
  });

  test('wrong calls do not compile', () => {
    if (never()) {
      // @ts-expect-error a period is given by name
      sma(price, 20);
      // @ts-expect-error sma has no such param
      sma(price, { length: 20 });
      // @ts-expect-error a period is a number
      sma(price, { period: '20' });
      // @ts-expect-error bands are three outputs
      sma(bbands(price));
      // @ts-expect-error bands have no such output
      sma(bbands(price).top);
      // @ts-expect-error two outputs are needed
      crossover(price);
      // @ts-expect-error latch takes no params
      latch(price, {});
      // @ts-expect-error an average has no high
      atr(sma(price));
      // @ts-expect-error an interval is needed
      sma(new StreamInput({ venue: 'demo', instrument: 'SPX' }));
      // @ts-expect-error a text is no operand
      price.plus('1');
    }
  });

  test('a function sees its inputs and params by name', () => {
    const node = new Node({
      inputs: { fast: price, slow: price },
      period: 2,
      params: { threshold: 30, label: 'x', on: true },
      outputs: ['up', 'down'],
      compute: (window, params) => {
        // @ts-expect-error there is no such input
        const [missing] = [window.middle];
        // @ts-expect-error a label is no number
        const scaled = params.label * 2;
        const set = () => { const own = { ...params }; own.threshold = 1; return own; };
        return [window.fast[0]! - params.threshold, (window.slow[0] ?? scaled) + Number(params.on) + Number(missing) + set.length];
      },
    });
    expectTypeOf(node.outputs).toEqualTypeOf<Readonly<Record<'up' | 'down', Output>>>();
    expectTypeOf(new Node({ inputs: { price }, period: 1, compute: () => 1 }).outputs).toEqualTypeOf<Readonly<Record<'value', Output>>>();
    // @ts-expect-error an input is an output of a node
    const wrongInput = () => new Node({ inputs: { price: 5 }, period: 1, compute: () => 1 });
    // @ts-expect-error compute answers numbers
    const wrongAnswer = () => new Node({ inputs: { price }, period: 1, compute: () => 'up' });
    expectTypeOf([wrongInput, wrongAnswer]).toBeArray();
  });

  test('a build function sees the params with the types of their defaults', () => {
    const typed = new Strategy({
      name: 'typed',
      params: { fast: 10, venue: 'demo', on: true, levels: [1, 2] },
      build: (params) => {
        expectTypeOf(params).toEqualTypeOf<Readonly<{ fast: number; venue: string; on: boolean; levels: number[] }>>();
        return { target: price };
      },
    });
    expectTypeOf(goldenCross).toExtend<Strategy>();
    expectTypeOf(goldenCross.params.fast).toEqualTypeOf<number>();
    expectTypeOf(typed).toExtend<Strategy>();
    // @ts-expect-error a target is an output
    const wrongTarget = () => new Strategy({ name: 'typed', build: () => ({ target: 1 }) });
    expectTypeOf(wrongTarget).toBeFunction();
  });
});
