// The world an author's compute function lives in: a realm of its own, with nothing in it but pure values, all of them frozen.
// E1. No object of the outer realm ever enters it, so none can be climbed out of: windows, params and answers are made, read and
//     checked inside, and only numbers and texts cross the border.
// E2. Code cannot be made from text in it, so what runs is what graph/code.ts has read: no import(), no async, no `this`.
// E3. What gives another answer at another time or place is not there: clock, chance, locale, garbage collection, host paths.
// E4. Nothing outlives a call: every object that does is frozen, and a function that writes on its windows has failed.
// E5. Memory outside the heap is counted, for the limit of the process does not see it.
// Left is the depth of the stack, which a function can find out by overflowing it, and which is not the same in every run.
import { constants, createContext, Script } from 'node:vm';
import { type DeskProgram, LOAD_ORDERS, type LoadedOrders, type OrdersHost, viewText } from './desk.ts';
import type { SourcePlace } from './wire.ts';

export interface Program {
  readonly source: string;
  /** JSON. */
  readonly params: string;
  readonly names: readonly string[];
  readonly period: number;
  readonly outputs: number;
}

/** A program compiled into a realm. The arrays belong to the realm; nothing is read from them but numbers. */
export interface Loaded {
  /** Room for every input's look-back and new rows, one after the other, and for the answers. */
  room(rows: number): { readonly inputs: Float64Array; readonly outputs: Float64Array };
  /** Computes rows `from` … `to − 1` of a batch of `count`. Answers how many it did; fewer than asked when one failed. */
  run(from: number, to: number, count: number): number;
  /** Why the last run did less than asked, and where in the source, both from 1; 0 where it is not known. */
  reason(): string;
  line(): number;
  column(): number;
}

/** Where a program failed last, if that is known. */
export function placeOf(loaded: Pick<Loaded, 'line' | 'column'>): { readonly at?: SourcePlace } {
  const [line, column] = [loaded.line(), loaded.column()];
  // What stands before the source on its first line is ours.
  return line > 0 ? { at: { line, column: line === 1 ? column - PREFIX.length : column } } : {};
}

/** Bytes of Float64Arrays a row may ask for. */
export const ARRAY_BYTES_MAX = 64 * 2 ** 20;

const STRICT = "'use strict';";
/** What stands before a source on its first line. */
const PREFIX = `${STRICT}(`;

/** Globals that stay: those graph/code-scope.ts lets a function name. (The host asks Error how to write a stack.) */
const GLOBALS = ['NaN', 'Infinity', 'undefined', 'isNaN', 'isFinite', 'Boolean', 'Number', 'Array', 'Float64Array', 'Math', 'Error'];

/**
 * Runs once in a new realm: takes out what is impure, puts guards before what takes memory, freezes all, and answers a function that
 * loads programs. Written in one piece because it is read as text.
 */
const FURNISH = `(globals, bytesMax) => {
  const { apply, getPrototypeOf, ownKeys, getOwnPropertyDescriptor, defineProperty, setPrototypeOf } = Reflect;
  const { freeze, is } = Object;
  const realm = globalThis;
  const { parse } = JSON;
  const { isArray } = Array;
  const [Text, Failure, TooMuch, Wrong] = [String, Error, RangeError, TypeError];
  const Native = Float64Array;
  const Typed = getPrototypeOf(Native);
  const bufferOf = getOwnPropertyDescriptor(Typed.prototype, 'buffer').get;
  const lengthOf = getOwnPropertyDescriptor(Typed.prototype, 'length').get;
  const tagOf = getOwnPropertyDescriptor(Typed.prototype, Symbol.toStringTag).get;
  const isTyped = (value) => apply(tagOf, value, []) !== undefined;

  // By E5.
  let bytesLeft = bytesMax;
  const charge = (length) => {
    bytesLeft -= 8 * length;
    if (!(bytesLeft >= 0)) throw new TooMuch('compute may ask for ' + bytesMax / 2 ** 20 + ' MiB of Float64Arrays in a row');
  };
  const Guarded = {
    Float64Array: function (first, offset, length) {
      if (new.target === undefined) throw new Wrong('Float64Array needs new');
      if (typeof offset === 'number') return new Native(first, offset, length); // a part of an array there is
      if (typeof first !== 'object' || first === null) {
        charge(+first || 0);
        return new Native(first);
      }
      if (isTyped(first)) {
        charge(apply(lengthOf, first, []));
        return new Native(first);
      }
      return Typed.from.call(Guarded, first);
    },
  }.Float64Array;
  setPrototypeOf(Guarded, Typed);
  defineProperty(Guarded, 'prototype', { value: Native.prototype });
  defineProperty(Guarded, 'BYTES_PER_ELEMENT', { value: 8 });
  defineProperty(Native.prototype, 'constructor', { value: Guarded });
  for (const name of ['toSorted', 'toReversed', 'with']) {
    const method = Typed.prototype[name];
    defineProperty(Typed.prototype, name, { value: { [name](...given) { charge(apply(lengthOf, this, [])); return apply(method, this, given); } }[name] });
  }
  realm.Float64Array = Guarded;

  // By E1 and E3. A realm's RegExp remembers the last match; literals work without it.
  for (const name of ['buffer', 'byteOffset', 'byteLength']) delete Typed.prototype[name];
  delete RegExp.prototype.constructor;
  delete RegExp.prototype.compile;
  delete Math.random;
  delete Failure.captureStackTrace;
  for (const { prototype } of [Object, Number, BigInt, Array, Typed]) delete prototype.toLocaleString;
  for (const name of ['localeCompare', 'toLocaleLowerCase', 'toLocaleUpperCase']) delete Text.prototype[name];
  // A stack tells the place in compute, and nothing of the host.
  Failure.prepareStackTrace = (_, sites) => {
    for (const site of sites) if (site.getFileName() === 'compute') return 'compute:' + site.getLineNumber() + ':' + site.getColumnNumber();
    return 'compute:0:0';
  };

  // By E4. Iterators and generators have prototypes that no global leads to.
  const roots = [Object, Function, Text, Symbol, Failure, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, RegExp, Promise, Map, Set, WeakMap, WeakSet, BigInt, Proxy, Reflect, JSON, Guarded, Native,
    [][Symbol.iterator](), ''[Symbol.iterator](), new Map()[Symbol.iterator](), new Set()[Symbol.iterator](), 'a'.matchAll(/a/g), function* () {}, (function* () {})(), async function () {}, async function* () {}, (async function* () {})()];
  for (const name of globals) roots.push(realm[name]);
  const seen = new Set();
  for (const object of roots) {
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null || seen.has(object)) continue;
    seen.add(object);
    for (const key of ownKeys(object)) {
      const { value, get, set } = getOwnPropertyDescriptor(object, key);
      roots.push(value, get, set);
    }
    roots.push(getPrototypeOf(object));
    freeze(object);
  }
  for (const name of ownKeys(realm)) if (!globals.includes(name)) delete realm[name];
  freeze(realm);

  const describe = (value) => typeof value === 'object' && value !== null ? (isArray(value) ? 'an array of ' + value.length : 'an object') : Text(value);
  /** What was thrown, with line and column. To spell what an author threw may run more of the author's code. */
  const spell = (error) => {
    let line = 0;
    let column = 0;
    try {
      if (error instanceof Failure) {
        const [, first, second] = Text(error.stack).split(':');
        line = +first || 0;
        column = +second || 0;
      }
      return ['threw ' + Text(error), line, column];
    } catch {
      return ['threw what cannot be spelled', line, column];
    }
  };
  const loadOrders = ${LOAD_ORDERS};
  const loadCompute = (compute, params, names, period, outputs) => {
    const given = parse(params, (_, value) => freeze(value));
    let [inputs, answers, buffer] = [new Native(0), new Native(0)];
    let [why, line, column] = ['', 0, 0];
    const take = (answer, row, count) => {
      // Copied at once, because reading a part of a list may run more of the author's code.
      const values = isArray(answer) ? [...answer] : [answer];
      let fits = values.length === outputs;
      for (let k = 0; fits && k < outputs; k++) fits = typeof values[k] === 'number' || typeof values[k] === 'boolean';
      if (fits) for (let k = 0; k < outputs; k++) answers[k * count + row] = values[k];
      else [why, line, column] = ['gave ' + (typeof answer === 'string' ? '"' + answer + '"' : describe(answer)) + ' where ' + (outputs === 1 ? 'a number was' : outputs + ' numbers were') + ' due', 0, 0];
      return fits;
    };
    return {
      room(rows) {
        if (inputs.length < names.length * (period - 1 + rows)) inputs = new Native(names.length * (period - 1 + rows));
        if (answers.length < outputs * rows) answers = new Native(outputs * rows);
        buffer = apply(bufferOf, inputs, []);
        return { inputs, outputs: answers };
      },
      run(from, to, count) {
        const stride = period - 1 + count;
        for (let row = from; row < to; row++) {
          bytesLeft = bytesMax;
          try {
            const window = {};
            for (let k = 0; k < names.length; k++) window[names[k]] = new Native(buffer, 8 * (k * stride + row), period);
            if (!take(compute(window, given), row, count)) return row - from;
          } catch (error) {
            [why, line, column] = spell(error);
            return row - from;
          }
        }
        return to - from;
      },
      reason: () => why,
      line: () => line,
      column: () => column,
    };
  };
  return { compute: loadCompute, orders: loadOrders };
}`;

interface Loaders {
  compute(compute: unknown, params: string, names: unknown, period: number, outputs: number): Loaded;
  orders(orders: unknown, params: string, view: unknown, types: unknown, instruments: number, host: OrdersHost): LoadedOrders;
}

const typed = Object.getPrototypeOf(Float64Array.prototype) as object;

/** One realm for all programs: by E4 they leave no trace in it that another could find. */
export class Realm {
  readonly #context = createContext(constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } });
  readonly #load: Loaders;

  constructor() {
    // Called by a script of the realm, so that even these two lists are its own.
    this.#load = this.#evaluate(`(${FURNISH})(${JSON.stringify(GLOBALS)}, ${ARRAY_BYTES_MAX})`, 'realm') as Loaders;
  }

  /** The bytes of the first numbers of an array of a realm, where arrays do not tell their buffers. */
  static bytesOf(array: Float64Array, length: number): Uint8Array {
    return new Uint8Array(Reflect.get(typed, 'buffer', array) as ArrayBuffer, 0, 8 * length);
  }

  load({ source, params, names, period, outputs }: Program): Loaded {
    const compute = this.#evaluate(`(${source})`, 'compute');
    return this.#load.compute(compute, params, this.#evaluate(JSON.stringify(names), 'names'), period, outputs);
  }

  loadOrders(program: DeskProgram, host: OrdersHost): LoadedOrders {
    const orders = this.#evaluate(`(${program.source})`, 'compute');
    const types = this.#evaluate(JSON.stringify(program.types), 'types');
    return this.#load.orders(orders, program.params, this.#evaluate(viewText(program), 'view'), types, program.instruments.length, host);
  }

  #evaluate(text: string, filename: string): unknown {
    return new Script(`${STRICT}${text}`, { filename }).runInContext(this.#context);
  }
}
