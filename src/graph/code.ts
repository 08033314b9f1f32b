// The identity of an author's function is its normalised source: one text for one meaning.
//
// C1. Formatting, comments, quotes, number spelling, redundant parentheses and the way the function is written
//     (arrow, function, method) do not change the text. A change of meaning does.
// C2. The function stands alone: it names nothing but its parameters, its own locals and a few pure globals (code-scope.ts),
//     so the text is everything that determines its values.
// C3. The text parses back to the tree it was printed from; a printer that loses meaning would let two nodes share an id.
// C4. Normalising is idempotent, so a received text is trusted exactly when normalising gives it back.
// Absent: running the code, and protection from malice (isolation does that; this guards against accident).
import { parse } from 'acorn';
import { generate, GENERATOR, type Generator } from 'astring';
import { Fault } from '#domain/fault.ts';
import { codePlace, type DeclaredAt } from './code-place.ts';
import { type Reads, readsOfTree } from './code-reads.ts';
import { objectionTo, type RoleName, ROLES } from './code-scope.ts';
import { childrenOf, walk, type FunctionTree, type Tree } from './code-tree.ts';

export type { DeclaredAt } from './code-place.ts';

/**
 * astring prints `(a?.b).c`, which throws where a is missing, as `a?.b.c`, which does not.
 * With its parentheses kept, each chain ends where the author ended it.
 */
const FAITHFUL: Generator = {
  ...GENERATOR,
  ChainExpression(node, state) {
    state.write('(');
    GENERATOR.ChainExpression.call(this, node, state);
    state.write(')');
  },
};

/**
 * Answers the normalised source of an author's function, ready to be the code part of a custom node or an account.
 * `at` is where the author declared it; with it a refusal names the line in the author's file.
 * Throws CODE_CAPTURES for a name the function was not given, CODE_INVALID for what cannot be parsed or is not a pure function.
 */
export function normaliseCode(code: ((...args: never[]) => unknown) | string, at?: DeclaredAt, role: RoleName = 'compute'): { readonly source: string } {
  const text = typeof code === 'string' ? code : Function.prototype.toString.call(code);
  const placeOf = codePlace(text, role, at);
  try {
    return { source: normaliseText(text, role, placeOf) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The parser and the printer recurse; what exhausts their stack is no hand-written function.
    throw new Fault('CODE_INVALID', `${placeOf(1).text}: ${role} is nested too deeply to be read`, {
      cure: 'split its expressions with locals',
      cause: error,
    });
  }
}

/**
 * The line of a function's text that a place in its normalised source came from, all counted from 1. Undefined for a text that is not the
 * source's. By C3 the trees are one, so the innermost node at the place says it.
 */
export function placeIn(text: string, source: string, place: { readonly line: number; readonly column: number }): number | undefined {
  const trees = [text, source].map((each) => [...walk(canonicalFunction(parseFunction(each, 'compute', codePlace(text, 'compute'))))].map(({ node }) => node.loc));
  const [inText, inSource] = trees as [Tree['loc'][], Tree['loc'][]];
  if (inText.length !== inSource.length) return undefined;
  const innermost = inSource.findLastIndex((loc, k) => loc !== undefined && inText[k] !== undefined && isWithin(place, loc));
  return innermost < 0 ? undefined : inText[innermost]!.start.line;
}

/** What a function reads of its first argument, by its normalised source; `verbs` are functions it is given. */
export function readsOf(source: string, verbs: ReadonlySet<string>): Reads {
  return readsOfTree(parseFunction(source, 'orders', codePlace(source, 'orders')), verbs);
}

/** Columns of a tree count from 0. One text in brackets is one line and one column to the right. */
function isWithin({ line, column }: { readonly line: number; readonly column: number }, { start, end }: Tree['loc']): boolean {
  const at = column - 1 + Number(line === 1);
  const isBehindStart = line > start.line || (line === start.line && at >= start.column);
  return isBehindStart && (line < end.line || (line === end.line && at < end.column));
}

type PlaceOf = ReturnType<typeof codePlace>;

function normaliseText(text: string, role: RoleName, placeOf: PlaceOf): string {
  const tree = parseFunction(text, role, placeOf);
  const objection = objectionTo(tree, ROLES[role]);
  if (objection) {
    const { text: where, ...place } = placeOf(objection.line);
    throw new Fault(objection.code, `${where}: ${role} ${objection.what}`, { cure: objection.cure, data: { ...place, names: objection.names } });
  }
  const canonical = canonicalFunction(tree);
  const meaning = shape(canonical);
  const source = generate(canonical, { generator: FAITHFUL }).trimEnd();
  if (shape(canonicalFunction(parseFunction(source, role, placeOf))) !== meaning) {
    throw new Fault('CODE_INVALID', `${placeOf(1).text}: ${role} has a form that cannot be written down faithfully`, {
      cure: 'write it more simply, for example with fewer nested expressions',
    });
  }
  return source;
}

/** Parses the text of an arrow, a function or a method; `Function.prototype.toString` gives all three. */
function parseFunction(text: string, role: RoleName, placeOf: PlaceOf): FunctionTree {
  // The line break ends a comment the text may end with. A method is only legal inside an object.
  const attempts = [`(${text}\n)`, `({${text}\n})`].map(parseExpression);
  const [plain, inObject] = attempts.map((attempt) => ('tree' in attempt ? attempt.tree : undefined));
  if (plain && isFunction(plain)) return plain;
  const [method, ...others] = inObject?.type === 'ObjectExpression' ? childrenOf(inObject) : [];
  if (method?.method === true && others.length === 0) return method.value as FunctionTree;

  if (/\{\s*\[native code\]\s*\}\s*$/.test(text)) {
    throw new Fault('CODE_INVALID', `${placeOf(1).text}: ${role} is a built-in or bound function, so its code cannot be read`, {
      cure: `write it as ${ROLES[role].form}`,
    });
  }
  const [failure] = attempts;
  const reason = failure && 'message' in failure ? `cannot be parsed: ${failure.message}` : 'is not a single function';
  throw new Fault('CODE_INVALID', `${placeOf(failure && 'line' in failure ? failure.line : 1).text}: ${role} ${reason}`, {
    cure: `write it as ${ROLES[role].form}`,
  });
}

function parseExpression(text: string): { tree: Tree } | { message: string; line: number } {
  try {
    const program = parse(text, { ecmaVersion: 2025, sourceType: 'module', locations: true, ranges: true }) as unknown as { body: Tree[] };
    const [statement, ...others] = program.body;
    if (statement?.type === 'ExpressionStatement' && others.length === 0) return { tree: statement.expression as Tree };
    return { message: 'it is not one expression', line: 1 };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { message, loc } = error as SyntaxError & { loc: { line: number } };
    return { message: message.replace(/ \(\d+:\d+\)$/, ''), line: loc.line };
  }
}

function isFunction(tree: Tree): tree is FunctionTree {
  return tree.type === 'ArrowFunctionExpression' || tree.type === 'FunctionExpression';
}

/** The same function as an arrow with a block body, literals in one spelling. The outermost name is not kept: nothing refers to it. */
function canonicalFunction(tree: FunctionTree): Tree {
  const canonical: Tree = { ...tree, type: 'ArrowFunctionExpression', id: null };
  for (const { node } of walk(canonical)) {
    if (node.type === 'ArrowFunctionExpression' && (node.body as Tree).type !== 'BlockStatement') {
      node.body = { type: 'BlockStatement', body: [{ type: 'ReturnStatement', argument: node.body }] };
      node.expression = false;
    }
    if (node.type === 'Literal') node.raw = literalText(node);
    if (node.type === 'Property' && node.computed === false) node.key = bareKey(node.key as Tree);
    if (Array.isArray(node.body)) node.body = node.body.filter(doesSomething);
  }
  return canonical;
}

/** False for a stray semicolon, and for a prologue that asks for the strict mode every module has. */
function doesSomething(statement: Tree): boolean {
  return statement.type !== 'EmptyStatement' && statement.directive !== 'use strict';
}

function literalText(node: Tree): string {
  const regex = node.regex as { pattern: string; flags: string } | undefined;
  if (regex) return `/${regex.pattern}/${regex.flags}`;
  if (typeof node.bigint === 'string') return `${BigInt(node.bigint)}n`;
  // A literal too large for a double is Infinity, a word that would need a global; 1e999 says the same in digits.
  if (node.value === Infinity) return '1e999';
  return typeof node.value === 'string' ? JSON.stringify(node.value) : String(node.value);
}

/** `{ 'a': 1 }` and `{ a: 1 }` are one key; formatters turn one into the other. */
function bareKey(key: Tree): Tree {
  const name = key.type === 'Literal' ? String(key.value) : '';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? { type: 'Identifier', name, loc: key.loc } : key;
}

/** A tree as text without positions and spelling: equal exactly for trees of equal meaning. */
function shape(tree: Tree): string {
  const spelling = new Set(['start', 'end', 'loc', 'range', 'raw', 'directive']);
  return JSON.stringify(tree, (key, value: unknown) => {
    if (spelling.has(key)) return undefined;
    return typeof value === 'bigint' || typeof value === 'number' ? `${value}` : value;
  });
}
