// A strategy: named parameters and a build function that declares the graph for given values of them.
// P1. Declaring is pure: the same strategy, overrides and terms give the same StrategySpec, node for node.
// P2. What is declared is checked as strictly as what comes over the wire, before anything runs.
// Absent: the mode. A strategy never learns whether it runs in a backtest, a dry run or live.
import type { AccountConventions } from '#domain/account-terms.ts';
import { Fault, isFault } from '#domain/fault.ts';
import type { AccountTerms, StrategySpec } from '#domain/strategy-spec.ts';
import { describe, readAnyRecord, readRecord, readText } from '#graph/shape.ts';
import { assemble, type Built } from './assemble.ts';
import type { Dimension, Point, Space } from '#search/space.ts';
import { checkSpace, type ParamValues, type StrategyParams, withOverrides, withTerms } from './params.ts';

export interface StrategyDeclaration<P extends StrategyParams> {
  readonly name: string;
  /** Defaults; their types are the types of the parameters. */
  readonly params?: P;
  /** Terms of the account: cash 100,000 and no costs when left out. */
  readonly account?: Partial<AccountConventions>;
  /** What a search may vary: dimensions by the names of params, such as `{ fast: int(5, 50), slow: int(20, 200, 10) }`. */
  readonly space?: { readonly [K in keyof P]?: Dimension };
  /** Which points of the space make sense, such as `({ fast, slow }) => fast < slow`; all when left out. */
  readonly allows?: (params: ParamValues<P>) => boolean;
  /** Declares the graph. Called once per declaration, with the parameters complete. */
  readonly build: (params: ParamValues<P>) => Built;
}

/** A trading strategy. Export one as the default of a file to backtest, publish and run it. */
export class Strategy<P extends StrategyParams = StrategyParams> {
  readonly name: string;
  /** Defaults of the parameters. */
  readonly params: ParamValues<P>;
  /** What a search varies when it is not told otherwise. */
  readonly space: Space;
  readonly #account: Partial<AccountConventions>;
  readonly #allows: (params: never) => boolean;
  // Taken as a function of anything, so that a strategy of any params is a Strategy.
  readonly #build: (params: never) => Built;

  /** Throws SPEC_INVALID or PARAM_INVALID naming the wrong field. */
  constructor(declaration: StrategyDeclaration<P>) {
    readRecord(declaration, 'Strategy', ['name', 'build'], ['params', 'account', 'space', 'allows']);
    const { name, account = {}, allows = () => true, build } = declaration;
    const defaults = readAnyRecord(declaration.params ?? {}, 'Strategy.params') as ParamValues<P>;
    if (typeof build !== 'function') {
      throw new Fault('SPEC_INVALID', `Strategy.build is ${describe(build)}, not a function`, {
        cure: 'write it as build(params) { … return { target }; }',
      });
    }
    this.name = readText(name, 'Strategy.name');
    this.params = withOverrides<P>(defaults, defaults, `strategy ${this.name}`);
    withTerms(`strategy ${this.name}`, account);
    this.space = checkSpace(declaration.space ?? {}, defaults, `strategy ${this.name}`);
    this.#account = account;
    this.#allows = allows;
    this.#build = build;
  }

  /** Whether a point of a search makes sense to this strategy. */
  allows(point: Point): boolean {
    return this.#allows(withOverrides<P>(this.params, point, `strategy ${this.name}`) as never);
  }

  /**
   * Answers the strategy as data, ready to run or to publish: every node it reaches once, upstreams first, and the account that trades its target.
   * `overrides` replace defaults of params; texts, as from `--set fast=10`, are read as the default's type. `terms` replace terms of the account.
   * Throws PARAM_INVALID and whatever the declarations in `build` throw, told with the name of the strategy and the param the wrong value came from.
   */
  declare(overrides: Readonly<Record<string, unknown>> = {}, terms: Partial<AccountTerms> = {}): StrategySpec {
    const params = withOverrides<P>(this.params, overrides, `strategy ${this.name}`);
    const account = withTerms(`strategy ${this.name}`, this.#account, terms);
    try {
      return assemble(this.name, params, account, this.#build(params as never));
    } catch (error) {
      throw isFault(error) ? this.#explained(error, params) : error;
    }
  }

  /** A value refused deep in the graph usually came in as a param; its name is what the author can change. */
  #explained(fault: Fault, params: StrategyParams): Fault {
    const refused = fault.data.value;
    const names = refused === undefined ? [] : Object.keys(params).filter((name) => Object.is(params[name], refused));
    const origin = names.length === 0 ? '' : ` (from param ${names.join(' or ')})`;
    return new Fault(fault.code, `strategy ${this.name}: ${fault.message}${origin}`, {
      ...(fault.cure !== undefined && { cure: fault.cure }),
      data: { ...fault.data, strategy: this.name, ...(names.length > 0 && { params: names }) },
      cause: fault,
    });
  }
}
