// I1. NodeID = sha256(nodeType:codeHash:configHash:schemaHash), each part the SHA-256 of its RFC 8785 canonical JSON.
// I2. Equal ids mean equal values: whatever changes a value is in code, config or schema, and nothing else is.
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Fault } from './fault.ts';
import type { NodeID, NodeSpec } from './node-spec.ts';

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** RFC 8785 text of plain data. Throws SPEC_INVALID for what JSON cannot carry (NaN, infinity, functions, cycles). */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw new Fault('SPEC_INVALID', `a spec holds a value that has no canonical form: ${(cause as Error).message}`, {
      cure: 'use finite numbers, strings, booleans, null, and arrays and records of them',
      cause,
    });
  }
  if (text === undefined) throw new Fault('SPEC_INVALID', 'a spec part is undefined', { cure: 'leave the part out or give it a value' });
  return text;
}

/** The address and identity of a node. */
export function nodeId(spec: NodeSpec): NodeID {
  const parts = [spec.code, spec.config, spec.schema].map((part) => sha256(canonicalJson(part)));
  return sha256([spec.nodeType, ...parts].join(':')) as NodeID;
}
