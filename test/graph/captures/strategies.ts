// Nodes whose compute functions capture `threshold`; the tests name the lines, so keep them in place.
import { Node, StreamInput } from 'qmtl';

const price = new StreamInput({ venue: 'demo', instrument: 'SPX', interval: '1d' });
const threshold: number = 30;

interface Settings {
  readonly scale: number;
}

export const arrow = () =>
  new Node({ inputs: { price }, period: 2, params: { scale: 2 }, compute: (window, params) => {
    return window.price[1]! * params.scale > threshold ? 1 : 0;
  } });

export const method = () =>
  new Node({
    inputs: { price }, period: 2,
    compute(window) {
      return window.price[1]! - threshold;
    },
  });

export const annotated = () => {
  const compute = (window: Readonly<Record<'price', Float64Array>>, params: Readonly<Settings & Record<string, number>>): number => {
    // The types of this function are gone when it runs; its lines are not.
    const last: number = window.price[1] as number;
    const é: number = last;
    return (é satisfies number) * params.scale - threshold;
  };
  return new Node({ inputs: { price }, period: 2, params: { scale: 2 }, compute });
};

export const second = () => [
  new Node({ inputs: { price }, period: 2, compute: (window) => window.price[0]! }),
  new Node({ inputs: { price }, period: 2, compute: (window) => window.price[1]! > threshold ? 1 : 0 }),
  new Node({ inputs: { price }, period: 3, compute: (window) => window.price[1]! > threshold ? 1 : 0 }),
];

// Declared here, used far below.
const shared = (window: Readonly<Record<'price', Float64Array>>) => window.price[0]! + threshold;



export const elsewhere = () => new Node({ inputs: { price }, period: 2, compute: shared });

export const again = () => new Node({ inputs: { price }, period: 2, compute: (window) => window.price[1]! > threshold ? 1 : 0 });
