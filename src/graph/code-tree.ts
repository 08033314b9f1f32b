// A syntax tree as the parser gives it, and the one way to walk it.

/** A node of the tree, ESTree in shape. */
export interface Tree {
  type: string;
  loc: { start: Position; end: Position };
  [property: string]: unknown;
}

/** Lines count from 1, columns from 0. */
interface Position {
  line: number;
  column: number;
}

export type FunctionTree = Tree & { readonly type: 'ArrowFunctionExpression' | 'FunctionExpression' };

/** Which node each node hangs on; the root hangs on nothing. */
export type Parents = ReadonlyMap<Tree, Tree | undefined>;

/** The nodes directly below a node, in source order. */
export function childrenOf(node: Tree): Tree[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value])).filter(isTree);
}

/** Every node with the one it hangs on, in source order, parents first; a node may be changed when it is met, before its children are. */
export function* walk(root: Tree): Generator<{ node: Tree; parent: Tree | undefined }> {
  const waiting: { node: Tree; parent: Tree | undefined }[] = [{ node: root, parent: undefined }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    yield next;
    const parent = next.node;
    for (const node of childrenOf(parent).toReversed()) waiting.push({ node, parent });
  }
}

/** Which node each node below the root hangs on. */
export function parentsOf(root: Tree): Parents {
  return new Map(Array.from(walk(root), ({ node, parent }) => [node, parent]));
}

/** The name of the property that a member expression or a destructuring pattern reads, when it is written out. */
export function propertyOf(node: Tree, parent: Tree | undefined): string | undefined {
  const pattern = node.type === 'Property' && parent?.type === 'ObjectPattern';
  if (node.type !== 'MemberExpression' && !pattern) return undefined;
  const key = (pattern ? node.key : node.property) as Tree;
  if (key.type === 'Identifier' && node.computed === false) return key.name as string;
  return key.type === 'Literal' ? String(key.value) : undefined;
}

/** True for the target of `=`, `+=`, `++` or `delete`. */
export function isWritten(node: Tree, parents: Parents): boolean {
  const user = parents.get(node);
  if (user?.type === 'AssignmentExpression') return user.left === node;
  return user?.type === 'UpdateExpression' || (user?.type === 'UnaryExpression' && user.operator === 'delete');
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && typeof (value as Tree).type === 'string';
}
