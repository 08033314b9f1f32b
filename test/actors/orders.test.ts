// An orders function that does wrong halts its own account at that row, in whatever pieces the rows come. It runs in the real process, and
// never saw the checks of graph/code.ts, so the walls stand alone.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CustomNode } from '#actors/custom.ts';
import { reasonOf } from '#actors/halt.ts';
import { OrdersNode } from '#actors/orders.ts';
import type { AccountSpec, CustomSpec } from '#domain/node-spec.ts';
import { interval } from '#domain/interval.ts';
import { Sandbox } from '#sandbox/sandbox.ts';
import { account, Strategy, StreamInput } from '#sdk/mod.ts';
import { walk } from '../support/bars.ts';

const ROWS = 20;
const bars = walk(ROWS, 3);

/** An account of a function's text, whose constant `bad` is the close of row 7. */
function nodeOf(source: string, options: object = {}): OrdersNode {
  const price = new StreamInput({ venue: 'test', instrument: 'ABC', interval: '1m' });
  const strategy = new Strategy({ name: 'orders', build: () => ({ account: account(price, { cash: 10_000, params: { bad: bars[4]![7]! }, ...options }, () => {}) }) });
  const spec = strategy.declare().nodes.at(-1)!.spec as AccountSpec;
  return new OrdersNode({ ...spec, code: { ...spec.code, source } as AccountSpec['code'] });
}

/** Rows in pieces of a size; the columns they gave. */
function play(node: OrdersNode, size = ROWS, between: (row: number) => void = () => {}): Float64Array[] {
  const outputs = node.outputs.map(() => new Float64Array(ROWS));
  for (let from = 0; from < ROWS; from += size) {
    const to = Math.min(ROWS, from + size);
    node.run(bars.map((column) => column.subarray(from, to)), outputs.map((column) => column.subarray(from, to)), to - from);
    between(to);
  }
  return outputs;
}

const TRADE = 'if (position === 0) buy(1); else sell(position);';
const failingAt7 = (body: string): string => `({ t, bar, params, position, orders, values, buy, sell, moveTo, cancel, replace }) => {\n ${TRADE}\n if (bar.close !== params.bad) return;\n ${body}\n}`;

describe('a function that', () => {
  test.each<[how: string, body: string, reason: string | RegExp]>([
    ['throws', "throw 'no such price';", 'orders threw no such price'],
    ['throws an error', 'null.price;', "orders threw TypeError: Cannot read properties of null (reading 'price') at line 4 of its code: null.price;"],
    ['orders what cannot be an order', 'buy(NaN);', 'orders threw buy: quantity is NaN, not a number at line 4 of its code: buy(NaN);'],
    ['orders with an unknown option', 'buy(1, { limt: 1 });', 'orders threw buy: limt is no option of an order at line 4 of its code: buy(1, { limt: 1 });'],
    ['changes what cannot be changed', 'replace(1, { trail: 1 });', 'orders threw replace: trail cannot be changed at line 4 of its code: replace(1, { trail: 1 });'],
    ['orders an object', 'sell({ valueOf: () => 1 });', 'orders threw sell: quantity is an object, not a number at line 4 of its code: sell({ valueOf: () => 1 });'],
    ['moves to nowhere', 'moveTo();', 'orders threw moveTo is undefined, not a number at line 4 of its code: moveTo();'],
    ['calls itself for ever', 'const deep = () => deep() + 1; deep();', /^orders threw RangeError: Maximum call stack size exceeded/],
    ['orders at the bottom of the stack', 'const deep = () => { buy(0); deep(); }; deep();', /^orders threw RangeError: Maximum call stack size exceeded/],
    ['does not end', 'for (;;);', 'orders did not answer within 2 s'],
    ['places orders for ever', 'for (;;) buy(1);', 'orders threw 4096 orders are open already at line 4 of its code: for (;;) buy(1);'],
  ])('%s halts its account at that row, and nothing else', { timeout: 40_000 }, (_, body, reason) => {
    const spec: CustomSpec = { nodeType: 'custom', code: { source: '({ x }) => x[0] * 2' }, config: { interval: interval('1m'), period: 1, params: {}, upstreams: [{ node: '0'.repeat(64) as never, output: 'value', name: 'x' }] }, schema: { outputs: ['value'] } };
    const sibling = new CustomNode(spec);
    const out = new Float64Array(1);
    for (const size of body.startsWith('for (;;)') ? [ROWS] : [ROWS, 1]) {
      const node = nodeOf(failingAt7(body));
      const outputs = play(node, size);
      expect(node.halt).toMatchObject({ row: 7, code: 'COMPUTE_FAILED' });
      expect(reasonOf(node.halt!)).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
      for (const column of outputs) expect(column.subarray(7).every((value) => Number.isNaN(value))).toBe(true);
      expect(outputs[4]!.subarray(0, 7).join()).toBe(play(nodeOf(`({ position, buy, sell }) => { ${TRADE} }`))[4]!.subarray(0, 7).join());
      sibling.run([Float64Array.of(21)], [out], 1);
      expect(out[0]).toBe(42);
    }
  });

  test('gets an amount the account cannot keep ends there, whatever it catches', () => {
    const node = nodeOf(failingAt7('try { buy(1e18); buy(1e18) } catch {}'), { cash: 1e17 });
    play(node);
    expect(node.halt).toMatchObject({ row: 8, code: 'MONEY_INVALID', reason: expect.stringMatching(/is beyond 1e18$/) as string });
  });

  test('catches what a verb throws goes on', () => {
    const node = nodeOf(failingAt7('try { buy(NaN) } catch (error) { if (`${error}` === "Error: buy: quantity is NaN, not a number") buy(3); }'));
    expect(play(node)[0]![7]).toBe(2); // sells one, buys three
    expect(node.halt).toBeUndefined();
  });
});

describe('no way leads out', () => {
  const FORBIDDEN = /^orders threw (EvalError: Code generation from strings disallowed|RangeError: Maximum call stack)/;

  test.each([
    ['a verb', 'buy["construct" + "or"]("return process")()'],
    ['the error of a verb', 'try { buy(NaN) } catch (error) { error["construct" + "or"]["construct" + "or"]("return process")() }'],
    ['the error of a verb at the bottom of the stack', 'const deep = () => { buy(0); deep(); }; try { deep() } catch (error) { error["construct" + "or"]["construct" + "or"]("return process")() }'],
    ['the open orders', 'orders["construct" + "or"]["construct" + "or"]("return process")()'],
    ['the bar', 'bar["construct" + "or"]["construct" + "or"]("return process")()'],
    ['what an option is read with', 'buy(1, { get limit() { return (() => {})["construct" + "or"]("return process")() } })'],
  ])('through %s', (_, body) => {
    const node = nodeOf(failingAt7(body));
    play(node);
    expect(node.halt?.reason).toMatch(FORBIDDEN);
  });

  test.each(['process', 'require', 'Date', 'fetch', 'setTimeout', 'host', 'standing'])('to %s', (name) => {
    expect(play(nodeOf(`({ buy }) => { if (typeof ${name} === 'undefined') buy(1); }`))[0]![0]).toBe(1);
  });
});

describe('nothing is kept from one row to the next', () => {
  test.each([
    ['on a verb', '({ buy }) => { buy.kept = 1; }'],
    ['on the list of no open orders', '({ orders }) => { orders.kept = 1; }'],
    ['on the open orders', '({ orders, buy }) => { if (orders.length === 0) buy(1, { limit: 1 }); else orders.kept = 1; }'],
    ['on an open order', '({ orders, buy }) => { if (orders.length === 0) buy(1, { limit: 1 }); else orders[0].kept = 1; }'],
    ['on the constants', '({ params }) => { params.kept = 1; }'],
  ])('%s', (_, source) => {
    const node = nodeOf(source);
    play(node);
    expect(node.halt?.reason).toMatch(/^orders threw TypeError: Cannot add property kept, object is not extensible/);
  });

  test.each(['bar', 'values'])('on the %s it starts anew with every row', (view) => {
    expect([...play(nodeOf(`({ ${view}, buy }) => { ${view}.kept = (${view}.kept ?? 0) + 1; buy(${view}.kept); }`))[0]!]).toEqual(Array.from({ length: ROWS }, () => 1));
  });
});

describe('an account in the sandbox', () => {
  const source = '({ bar, position, orders, buy, sell, cancel }) => { if (orders.length > 2) cancel(orders[0].id); if (position <= 0) buy(2, { limit: bar.close, takeProfit: bar.close + 1, trailingLoss: 1 }); else sell(1, { stop: bar.close - 0.5 }); }';
  const textOf = (outputs: readonly Float64Array[]): string => createHash('sha256').update(Buffer.concat(outputs.map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength)))).digest('hex');

  test('gives the same bits in any pieces, through deaths of its process and from its bytes', () => {
    const whole = textOf(play(nodeOf(source)));
    for (const size of [1, 3, 7]) expect(textOf(play(nodeOf(source), size))).toBe(whole);
    const killing = (row: number): void => void (row === 12 && process.kill(Sandbox.ofThread().pid!, 'SIGKILL'));
    expect(textOf(play(nodeOf(source), 4, killing))).toBe(whole);
    // Two accounts of one program take turns in one process.
    const [one, other] = [nodeOf(source), nodeOf(source)];
    const [of, ofOther] = [one, other].map((node) => node.outputs.map(() => new Float64Array(ROWS)));
    for (let row = 0; row < ROWS; row++) {
      for (const [node, outputs] of [[one, of!], [other, ofOther!]] as const) node.run(bars.map((column) => column.subarray(row, row + 1)), outputs.map((column) => column.subarray(row, row + 1)), 1);
    }
    expect([textOf(of!), textOf(ofOther!)]).toEqual([whole, whole]);
  });

  test.each([
    ['by parts of parts', '({ t, bar: { close }, position, orders: { length }, buy, sell, cancel }) => { BODY }'],
    ['from the whole', '(desk) => { const { t, bar, position, orders, buy, sell, cancel } = desk; const { close } = bar; const length = orders.length; BODY }'],
    ['by its properties', '(desk) => { const close = desk.bar.close; const t = desk.t; const position = desk.position; const length = desk.orders.length; const [buy, sell, cancel] = [desk.buy, desk.sell, desk.cancel]; BODY }'],
    ['by a name that is computed', '(desk) => { const close = desk["b" + "ar"].close; const { t, position, orders, buy, sell, cancel } = desk; const { length } = orders; BODY }'],
    ['from what is left', '({ bar, ...rest }) => { const { close } = bar; const { t, position, orders, buy, sell, cancel } = rest; const length = orders.filter(() => true).length; BODY }'],
    ['with all of the list', '({ t, bar: { close }, position, orders, buy, sell, cancel }) => { const length = [...orders].length; BODY }'],
  ])('gives an orders function what it reads: %s', (_, form) => {
    const body = 'if (length > 2 || t % 7 === 5) cancel(); if (position <= 0) buy(2, { limit: close, takeProfit: close + 1, trailingLoss: 1 }); else sell(1, { stop: close - 0.5 }); if (length === 2) sell(1);';
    const late = { latencyBars: 2 };
    const wanted = play(nodeOf(`({ t, bar, values, params, cash, equity, position, entryPrice, orders, buy, sell, moveTo, cancel, replace }) => { const seen = [t, bar, values, params, cash, equity, position, entryPrice, orders, moveTo, replace]; const { close } = seen[1]; const { length } = seen[8]; ${body} }`, late));
    expect(new Set(wanted[4]).size).toBeGreaterThan(2);
    expect(textOf(play(nodeOf(form.replace('BODY', body), late)))).toBe(textOf(wanted));
  });

  /** Rows in pieces of a size, each begun before the two before it are finished. `between` comes after each has begun. */
  function playAhead(node: OrdersNode, size: number, between: (row: number) => void = () => {}, inputs: readonly Float64Array[] = bars): Float64Array[] {
    const rows = inputs[0]!.length;
    const outputs = node.outputs.map(() => new Float64Array(rows));
    const begun: (readonly [number, number])[] = [];
    const finish = (): void => {
      const [from, to] = begun.shift()!;
      node.finish(outputs.map((column) => column.subarray(from, to)));
    };
    for (let from = 0; from < rows; from += size) {
      const to = Math.min(rows, from + size);
      node.start(inputs.map((column) => column.subarray(from, to)), to - from);
      begun.push([from, to]);
      between(to);
      if (begun.length > 2) finish();
    }
    while (begun.length > 0) finish();
    return outputs;
  }

  test('gives the same bits when rows are begun before those before them are finished, whatever its process goes through', () => {
    const whole = textOf(play(nodeOf(source)));
    const other = nodeOf(source);
    const out = other.outputs.map(() => new Float64Array(1));
    const between: Record<string, (row: number) => void> = {
      nothing: () => {},
      'its death': (row) => void (row === 9 && process.kill(Sandbox.ofThread().pid!, 'SIGKILL')),
      'another account of the same program': (row) => other.run(bars.map((column) => column.subarray(row - 1, row)), out, 1),
      'another program': () => nodeOf('() => {}').run(bars.map((column) => column.subarray(0, 1)), out, 1),
      'another that kills it': (row) => void (row === 10 && nodeOf("() => { const all = []; for (;;) all.push('x'.repeat(1e5) + all.length); }").run(bars.map((column) => column.subarray(0, 1)), out, 1)),
    };
    for (const [what, then] of Object.entries(between)) {
      for (const size of [1, 3]) {
        other.restore(nodeOf(source).snapshot());
        expect(textOf(playAhead(nodeOf(source), size, then)), `${what}, ${size} rows at a time`).toBe(whole);
      }
    }
  });

  test('halts at the same row when rows are begun before those before them are finished', { timeout: 40_000 }, () => {
    for (const body of ["throw 'no such price';", 'for (;;);']) {
      for (const size of [1, 3]) {
        const node = nodeOf(failingAt7(body));
        const outputs = playAhead(node, size);
        expect(node.halt).toMatchObject({ row: 7, code: 'COMPUTE_FAILED' });
        const before = play(nodeOf(`({ bar, params, position, buy, sell }) => { ${TRADE} }`)).map((column) => column.subarray(0, 7));
        expect(textOf(outputs.map((column) => column.subarray(0, 7)))).toBe(textOf(before));
      }
    }
  });

  test('gives the same bits in many pieces of many rows, each begun before those before it are finished', () => {
    const rows = 120_000;
    const many = walk(rows, 8);
    const node = nodeOf('({ bar, moveTo }) => moveTo(bar.close > bar.open ? 1 : 0)');
    const whole = node.outputs.map(() => new Float64Array(rows));
    node.run(many, whole, rows); // from here on it takes as many at once
    for (const size of [20_000, 2_000]) {
      node.restore(nodeOf('() => {}').snapshot());
      expect(textOf(playAhead(node, size, () => {}, many))).toBe(textOf(whole));
    }
  });

  test('shows the orders of every instrument as they are, whether they were shown before or not', () => {
    const rows = 300;
    const [first, second] = [walk(rows, 5), walk(rows, 6)];
    const inputs = [...first, ...second.slice(1)];
    const priceOf = (instrument: string) => new StreamInput({ venue: 'test', instrument, interval: '1m' });
    const strategy = new Strategy({
      name: 'all it sees',
      build: () => ({
        account: account({ A: priceOf('A'), B: priceOf('B') }, { cash: 1e6, participation: 0.01 }, ({ t, A, B }) => {
          // Everything a view says goes into what is done next, so that one wrong field changes all that follows.
          let seen = t / 60_000;
          for (const { id, side, type, quantity, limit, stop } of [...A.orders, ...B.orders]) {
            const level = Number.isNaN(limit) ? stop : limit;
            seen = (seen * 31 + id * 7 + type.length * 5 + (side === 'buy' ? 1 : 2) + Math.round(quantity * 1e4) + Math.round((Number.isNaN(level) ? 3 : level) * 100)) % 1_000_003;
          }
          const one = seen % 2 === 0 ? A : B;
          const last = one.orders.at(-1);
          const choice = Math.floor(seen / 2) % 7;
          if (choice === 0) one.buy(3, { limit: one.bar.close - 0.1, takeProfit: one.bar.close + 1, trailingLoss: 1 });
          else if (choice === 1) one.sell(2, { trail: 0.5 });
          else if (choice === 2) one.buy(1);
          else if (choice === 3 && one.orders.length > 3) one.cancel(one.orders[1]!.id);
          else if (choice === 4 && last && last.quantity > 0) one.replace(last.id, { quantity: last.quantity + 1 });
          else if (choice === 5 && one.orders.length > 8) one.cancel();
          else one.sell(1, { stop: one.bar.close - 0.4 });
        }),
      }),
    });
    const spec = strategy.declare().nodes.at(-1)!.spec as AccountSpec;
    const run = (node: OrdersNode, size: number, between: () => void): string => {
      const outputs = node.outputs.map(() => new Float64Array(rows));
      for (let from = 0; from < rows; from += size) {
        node.run(inputs.map((column) => column.subarray(from, from + size)), outputs.map((column) => column.subarray(from, from + size)), Math.min(size, rows - from));
        between();
      }
      return textOf(outputs);
    };
    // Another account of the program in between: the process takes the first one up from its bytes, and has shown nothing of it.
    const forgetting = (): void => new OrdersNode(spec).run(inputs.map((column) => column.subarray(0, 1)), spec.schema.outputs.map(() => new Float64Array(1)), 1);
    const whole = run(new OrdersNode(spec), rows, () => {});
    expect(whole).not.toBe(run(new OrdersNode({ ...spec, code: { ...spec.code, source: '() => {}' } as AccountSpec['code'] }), rows, () => {}));
    expect(run(new OrdersNode(spec), 1, forgetting)).toBe(whole);
  });

  test('shows an order no more once its cancellation is on its way, also after a restart', () => {
    const late = '({ t, orders, buy, cancel }) => { if (t % 300_000 === 0) buy(1, { limit: 1 }); else if (orders.length > 0) { cancel(orders[0].id); buy(orders.length, { limit: 1 }); } }';
    const whole = textOf(play(nodeOf(late, { latencyBars: 3 })));
    const node = nodeOf(late, { latencyBars: 3 });
    expect(textOf(play(node, 1, () => node.restore(node.snapshot().slice())))).toBe(whole);
  });
});
