// Where an author wrote the code of a node, to say so when it fails. It stands beside the node and not in it: a node is data that travels, and
// a place in a file means something on one machine only.
import { readFileSync } from 'node:fs';
import type { DeclaredNode } from '#domain/node-spec.ts';
import { codePlace, type DeclaredAt } from './code-place.ts';
import { placeIn } from './code.ts';

/** The function as it was handed over, and where that was. */
export interface Written {
  readonly text: string;
  readonly at: DeclaredAt | undefined;
}

const written = new WeakMap<DeclaredNode, Written>();

export function noteAuthor(node: DeclaredNode, by: Written): void {
  written.set(node, by);
}

/**
 * The author's line of a place in a node's source, lines and columns counted from 1: `strategies/cross.ts:12: return x.y;`. Undefined where the
 * node was not declared in this process, or its file is not what it was.
 */
export function authorLine(node: DeclaredNode, source: string, place: { readonly line: number; readonly column: number }): string | undefined {
  const by = written.get(node);
  if (!by?.at) return undefined;
  const line = placeIn(by.text, source, place);
  const { file, line: inFile, text } = codePlace(by.text, 'its code', by.at)(line ?? 1);
  if (file === undefined || line === undefined) return undefined;
  return `${text}: ${readFileSync(file, 'utf8').split('\n')[inFile - 1]!.trim()}`;
}
