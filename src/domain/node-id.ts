// I1. NodeID = sha256(nodeType:codeHash:configHash:schemaHash), each part the SHA-256 of its RFC 8785 canonical JSON.
//     The code hash of a WebAssembly kernel is that of its bytes, so `sha256sum kernel.wasm` says which code a node runs.
// I2. Equal ids mean equal values: whatever changes a value is in code, config or schema, and nothing else is.
import canonicalize from 'canonicalize';
import { Fault } from './fault.ts';
import type { NodeID, NodeSpec } from './node-spec.ts';
import { sha256 } from './sha256.ts';

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
  const code = spec.nodeType === 'wasm' ? Buffer.from(spec.code.module, 'base64') : canonicalJson(spec.code);
  const parts = [code, canonicalJson(spec.config), canonicalJson(spec.schema)].map(sha256);
  return sha256([spec.nodeType, ...parts].join(':')) as NodeID;
}
