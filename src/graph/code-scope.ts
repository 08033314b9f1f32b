// What an author's function may name, and what it may do: one that computes a row, and one that is asked for orders.
// It may name its parameters, its own locals and the pure globals below; each gives the same answer on every host and at every time.
import { analyze, type Scope, type ScopeManager } from 'eslint-scope';
import type { Program } from 'estree';
import type { FaultCode } from '#domain/fault.ts';
import { type FunctionTree, isWritten, type Parents, parentsOf, propertyOf, type Tree } from './code-tree.ts';
import { writeObjections } from './code-writes.ts';

/** Why a function is refused. Lines count from 1 within its text; `names` are the names it objects to. */
export interface Objection {
  readonly code: FaultCode;
  readonly line: number;
  readonly what: string;
  readonly cure: string;
  readonly names: readonly string[];
}

/** How a global may be used: read as a value, called (or constructed), or through one of these members. */
interface PureGlobal {
  readonly value?: true;
  readonly call?: true;
  readonly members?: readonly string[];
}

const PURE_GLOBALS: Readonly<Record<string, PureGlobal>> = {
  NaN: { value: true },
  Infinity: { value: true },
  undefined: { value: true },
  isNaN: { call: true },
  isFinite: { call: true },
  Boolean: { call: true },
  Error: { call: true },
  Number: {
    call: true,
    members: [
      'isFinite', 'isInteger', 'isNaN', 'isSafeInteger', 'EPSILON', 'MAX_SAFE_INTEGER', 'MAX_VALUE', 'MIN_SAFE_INTEGER', 'MIN_VALUE',
      'NaN', 'NEGATIVE_INFINITY', 'POSITIVE_INFINITY',
    ],
  },
  Array: { call: true, members: ['from', 'isArray', 'of'] },
  Float64Array: { call: true, members: ['from', 'of'] },
  // Everything but `random`.
  Math: {
    members: [
      'E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2',
      'abs', 'acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'cbrt', 'ceil', 'clz32', 'cos', 'cosh', 'exp', 'expm1', 'floor',
      'fround', 'hypot', 'imul', 'log', 'log10', 'log1p', 'log2', 'max', 'min', 'pow', 'round', 'sign', 'sin', 'sinh', 'sqrt', 'tan', 'tanh', 'trunc',
    ],
  },
};

/** What a function is to its author, in the words of a refusal. */
interface Role {
  readonly name: string;
  /** How it is written. */
  readonly form: string;
  /** Where it has its inputs from. */
  readonly reads: string;
  /** What becomes of what it has found. */
  readonly shows: string;
}

export const ROLES = {
  compute: { name: 'compute', form: '(window, params) => …', reads: 'read inputs from window and constants from params', shows: 'compute only returns values; return what you want to see as an output' },
  orders: { name: 'orders', form: '({ bar, values, params, buy, sell }) => { … }', reads: 'read bar, values, params and position from what it is given', shows: 'orders only places orders, and what becomes of them is in the report; what else you want to see is a node of its own' },
} as const satisfies Record<string, Role>;

export type RoleName = keyof typeof ROLES;

function pureCure({ name }: Role): string {
  return `${name} may use its parameters, its own locals and ${Object.keys(PURE_GLOBALS).join(', ')}`;
}

/** Names whose use has a reason of its own to be refused. */
function impureGlobals({ name, form, shows }: Role): Readonly<Record<string, string>> {
  const clock = `the clock differs from run to run; a row's values are all that ${name} may know`;
  const atOnce = `${name} answers at once or not at all`;
  return {
    Date: clock,
    performance: clock,
    crypto: 'randomness differs from run to run',
    globalThis: `it reaches everything outside ${name}`,
    process: 'it reaches the host the node happens to run on',
    require: 'it reaches code that is not part of the node\'s identity',
    fetch: 'the network answers differently from run to run',
    console: shows,
    eval: 'code made at run time is not part of the node\'s identity',
    Function: 'code made at run time is not part of the node\'s identity',
    setTimeout: atOnce,
    setInterval: atOnce,
    queueMicrotask: atOnce,
    Promise: atOnce,
    arguments: `what ${name} is given has names: ${form}`,
  };
}

/** Syntax that is refused wherever it stands in the function. */
function impureSyntax({ name, reads }: Role): Readonly<Record<string, readonly [what: string, cure: string]>> {
  return {
    ThisExpression: ['uses this, which it was not given', reads],
    Super: ['uses super, which it was not given', reads],
    MetaProperty: ['asks for the module or the call it belongs to', reads],
    ImportExpression: ['imports code that is not part of its identity', `write what you need inside ${name}`],
    DebuggerStatement: ['stops in a debugger', 'remove the debugger statement'],
  };
}

/** Properties that lead out of a value to its class or its memory, or answer by the host's language. */
function impureProperties({ name }: Role): Readonly<Record<string, string>> {
  const outside = `it leads to code outside ${name}`;
  const byLanguage = 'it answers by the language of the host';
  return {
    constructor: outside,
    prototype: outside,
    ['__proto__']: outside,
    buffer: 'it leads past the window, to rows that have not come yet',
    localeCompare: byLanguage,
    toLocaleString: byLanguage,
    toLocaleLowerCase: byLanguage,
    toLocaleUpperCase: byLanguage,
  };
}

/** What the names of a function stand for. */
export function scopesOf(root: FunctionTree): ScopeManager {
  const program = { type: 'Program', sourceType: 'module', body: [{ type: 'ExpressionStatement', expression: root }], range: root.range };
  return analyze(program as unknown as Program, { ecmaVersion: 2022, sourceType: 'module' });
}

/** The first reason, in source order, to refuse the function; undefined for one that is pure. */
export function objectionTo(root: FunctionTree, role: Role): Objection | undefined {
  const parents = parentsOf(root);
  const scopes = scopesOf(root);
  const found = [...syntaxObjections(parents, role), ...nameObjections(root, scopes, parents, role), ...writeObjections(root, scopes, parents)];
  return found.toSorted((a, b) => a.line - b.line)[0];
}

function* syntaxObjections(parents: Parents, role: Role): Generator<Objection> {
  const [bySyntax, byProperty] = [impureSyntax(role), impureProperties(role)];
  for (const node of parents.keys()) {
    const { line } = node.loc.start;
    const refuse = (what: string, cure: string, names: readonly string[] = []): Objection => ({ code: 'CODE_INVALID', line, what, cure, names });
    const syntax = bySyntax[node.type];
    if (syntax) yield refuse(...syntax);
    if (node.async === true) yield refuse('is async', `return the value itself: ${role.name} answers at once or not at all`);
    if (node.generator === true) yield refuse('is a generator', `write it as ${role.form}`);
    const property = propertyOf(node, parents.get(node));
    const reason = property !== undefined && Object.hasOwn(byProperty, property) ? byProperty[property] : undefined;
    if (property !== undefined && reason !== undefined) yield refuse(`reads the property "${property}": ${reason}`, pureCure(role), [property]);
  }
}

function nameObjections(root: FunctionTree, scopes: ScopeManager, parents: Parents, role: Role): Objection[] {
  const free = scopes.globalScope?.through.map((reference) => reference.identifier as unknown as Tree) ?? [];
  const objections = free.flatMap((identifier) => (isPureUse(identifier, parents) ? [] : [nameObjection(identifier, parents, role)]));
  return [...mergeCaptures(objections), ...scopes.scopes.flatMap((scope) => implicitObjections(scope, root, role))];
}

function isPureUse(identifier: Tree, parents: Parents): boolean {
  const name = identifier.name as string;
  const pure = Object.hasOwn(PURE_GLOBALS, name) ? PURE_GLOBALS[name] : undefined;
  const user = parents.get(identifier);
  if (!pure || !user) return false;
  if (pure.value) return !isWritten(identifier, parents);
  if ((user.type === 'CallExpression' || user.type === 'NewExpression') && user.callee === identifier) return pure.call === true;
  if (user.type !== 'MemberExpression' || user.object !== identifier) return false;
  // `Math.abs = …` would leave something behind for the next row.
  return !isWritten(user, parents) && pure.members?.includes(propertyOf(user, undefined) ?? '') === true;
}

function nameObjection(identifier: Tree, parents: Parents, role: Role): Objection {
  const impure = impureGlobals(role);
  const name = identifier.name as string;
  const user = parents.get(identifier);
  const refuse = (what: string, cure: string): Objection => ({ code: 'CODE_CAPTURES', line: identifier.loc.start.line, what, cure, names: [name] });

  if (Object.hasOwn(impure, name)) return refuse(`uses ${name}: ${impure[name]}`, pureCure(role));
  if (Object.hasOwn(PURE_GLOBALS, name)) {
    const property = user?.type === 'MemberExpression' && user.object === identifier ? propertyOf(user, undefined) : undefined;
    if (name === 'Math' && property === 'random') return refuse('uses Math.random: randomness differs from run to run', pureCure(role));
    const { call, members } = PURE_GLOBALS[name] ?? {};
    const ways = [...(call ? [`${name}(…)`] : []), ...(members ? [`${name}.<member>, a member being one of ${members.join(', ')}`] : [])];
    const used = property === undefined ? name : `${name}.${property}`;
    return refuse(`uses ${used} in a way that is not pure`, `use it only as ${ways.join(' or ') || name}`);
  }
  if (name in globalThis) return refuse(`uses the global ${name}`, pureCure(role));
  const called = user?.type === 'CallExpression' && user.callee === identifier;
  const cure = called
    ? `write the function "${name}" inside ${role.name}: code outside is not part of the node's identity`
    : `pass it in params, then read it as params.${name}`;
  return refuse(`uses "${name}", which it was not given`, cure);
}

/** One refusal names every captured variable, so an author mends them all at once. */
function mergeCaptures(objections: readonly Objection[]): Objection[] {
  const [first, ...others] = objections;
  if (!first) return [];
  const names = [...new Set(objections.flatMap((objection) => objection.names))];
  const also = others.filter((other) => !first.names.includes(other.names[0] ?? '')).map((other) => `"${other.names[0]}"`);
  return [{ ...first, names, what: also.length === 0 ? first.what : `${first.what} (nor ${[...new Set(also)].join(', ')})` }];
}

/** Names the language binds by itself: `arguments`, and a function expression's own name, on which it could keep state. */
function implicitObjections(scope: Scope, root: FunctionTree, role: Role): Objection[] {
  return scope.variables.flatMap((variable): Objection[] => {
    const [use] = variable.references;
    if (!use) return [];
    const objection = { code: 'CODE_INVALID', line: use.identifier.loc?.start.line ?? 1, names: [variable.name] } as const;
    if (variable.name === 'arguments' && variable.identifiers.length === 0) {
      return [{ ...objection, what: `uses arguments: ${impureGlobals(role).arguments}`, cure: `write ${role.name} as ${role.form}` }];
    }
    if (scope.type === 'function-expression-name' && (scope.block as unknown) === root) {
      return [{ ...objection, what: `refers to itself as "${variable.name}"`, cure: `use a loop, or a function declared inside ${role.name}` }];
    }
    return [];
  });
}
