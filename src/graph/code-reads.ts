// Which parts of what it is given a function names, so that whoever calls it many times need make only those.
// P1. A part is named by a pattern or by a property that is written out. Where anything else is done with a value, all of it may be read.
// P2. A verb is called on what it belongs to, and looks at nothing of it.
// Followed: the first parameter, the parts taken out of it, and locals that name either.
import type { ScopeManager, Variable } from 'eslint-scope';
import { scopesOf } from './code-scope.ts';
import { childrenOf, type FunctionTree, isWritten, type Parents, parentsOf, propertyOf, type Tree } from './code-tree.ts';

/** The parts by name, with their own parts; true for all of it. */
export type Reads = true | { readonly [name: string]: Reads };

/** What a function reads of its first argument. */
export function readsOfTree(root: FunctionTree, verbs: ReadonlySet<string>): Reads {
  const [first] = root.params as Tree[];
  return first ? ofPattern(first, root, { parents: parentsOf(root), scopes: scopesOf(root), verbs, followed: new Set() }) : {};
}

interface Code {
  readonly parents: Parents;
  readonly scopes: ScopeManager;
  readonly verbs: ReadonlySet<string>;
  /** Names that are just being followed. One that leads back to itself, as in `var bar = bar`, may stand for anything. */
  readonly followed: Set<Variable>;
}

/** What is read of the value that a pattern takes apart; `owner` declares its names. */
function ofPattern(pattern: Tree, owner: Tree, code: Code): Reads {
  if (pattern.type === 'AssignmentPattern') return ofPattern(pattern.left as Tree, owner, code);
  if (pattern.type === 'Identifier') {
    const variable = code.scopes.getDeclaredVariables(owner as never).find(({ name }) => name === pattern.name);
    if (!variable || code.followed.has(variable)) return true;
    code.followed.add(variable);
    const reads = merged(variable.references.filter((reference) => reference.isRead()).map(({ identifier }) => ofUse(identifier as unknown as Tree, code)));
    code.followed.delete(variable);
    return reads;
  }
  if (pattern.type !== 'ObjectPattern') return true;
  return merged(childrenOf(pattern).map((property) => {
    const name = propertyOf(property, pattern);
    return name === undefined ? true : { [name]: ofPattern(property.value as Tree, owner, code) };
  }));
}

/** What is read of a value where it stands in the function. */
function ofUse(value: Tree, code: Code): Reads {
  const user = code.parents.get(value);
  if (user?.type === 'VariableDeclarator' && user.init === value) return ofPattern(user.id as Tree, user, code);
  if (user?.type !== 'MemberExpression' || user.object !== value || isWritten(user, code.parents)) return true;
  const name = propertyOf(user, undefined);
  if (name === undefined) return true;
  const caller = code.parents.get(user);
  const isCalled = (caller?.type === 'CallExpression' && caller.callee === user) || (caller?.type === 'TaggedTemplateExpression' && caller.tag === user);
  if (isCalled) return code.verbs.has(name) ? { [name]: true } : true;
  return { [name]: ofUse(user, code) };
}

function merged(all: readonly Reads[]): Reads {
  const names: Record<string, Reads> = {};
  for (const reads of all) {
    if (reads === true) return true;
    for (const [name, part] of Object.entries(reads)) names[name] = Object.hasOwn(names, name) ? merged([names[name]!, part]) : part;
  }
  return names;
}
