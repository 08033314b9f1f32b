// Refuses a compute function that changes what it was given. Windows of neighbouring rows overlap; a value left on one would be seen by
// the next row in one cutting of the input and not in another. What gets past this fails at its row (sandbox/realm.ts).
// Followed: the parameters, the parts taken out of them, and locals that name either. Absent: parts that travel through calls and containers.
import type { ScopeManager, Variable } from 'eslint-scope';
import type { Node } from 'estree';
import type { Objection } from './code-scope.ts';
import { type FunctionTree, isWritten, type Parents, type Tree } from './code-tree.ts';

/** Methods that change the array they are called on, and what to write instead. */
const CHANGING_METHODS: Readonly<Record<string, string>> = {
  sort: 'use toSorted, which copies',
  reverse: 'use toReversed, which copies',
  splice: 'use toSpliced, which copies',
  fill: 'copy it first with slice()',
  set: 'copy it first with slice()',
  copyWithin: 'copy it first with slice()',
  push: 'copy it first with slice()',
  pop: 'copy it first with slice()',
  shift: 'copy it first with slice()',
  unshift: 'copy it first with slice()',
};

export function writeObjections(root: FunctionTree, scopes: ScopeManager, parents: Parents): Objection[] {
  const given = variablesOf(root, scopes).filter((variable) => variable.defs.some((definition) => definition.type === 'Parameter'));
  const objections: Objection[] = [];
  // Grows while it is walked: a local that names a part of what was given is given too.
  for (const variable of given) {
    for (const { identifier } of variable.references) {
      const start = identifier as unknown as Tree;
      const part = wholePart(start, parents);
      const user = parents.get(part);
      if (user?.type === 'VariableDeclarator' && user.init === part) {
        given.push(...variablesOf(user, scopes).filter((local) => !given.includes(local)));
      }
      const cure = part === start ? undefined : cureFor(part, user, parents);
      if (cure === undefined) continue;
      const what = `changes what it was given, through "${variable.name}"`;
      objections.push({ code: 'CODE_INVALID', line: start.loc.start.line, what, cure, names: [variable.name] });
    }
  }
  return objections;
}

function variablesOf(node: Tree, scopes: ScopeManager): Variable[] {
  return scopes.getDeclaredVariables(node as unknown as Node);
}

/** From `window` to all of `window.close[0]`: the longest chain of properties that begins here. */
function wholePart(start: Tree, parents: Parents): Tree {
  let part = start;
  for (let user = parents.get(part); user?.type === 'MemberExpression' && user.object === part; user = parents.get(part)) part = user;
  return part;
}

function cureFor(part: Tree, user: Tree | undefined, parents: Parents): string | undefined {
  if (isWritten(part, parents)) return 'keep the value in a local instead';
  const method = user?.type === 'CallExpression' && user.callee === part && part.computed === false ? ((part.property as Tree).name as string) : '';
  return Object.hasOwn(CHANGING_METHODS, method) ? CHANGING_METHODS[method] : undefined;
}
