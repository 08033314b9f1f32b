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
  const code = spec.nodeType === 'wasm' ? sha256(Buffer.from(spec.code.module, 'base64')) : partHash(spec.code);
  return sha256([spec.nodeType, code, partHash(spec.config), partHash(spec.schema)].join(':')) as NodeID;
}

const KNOWN_MAX = 4_096;
/** Hashes of parts by their plain JSON: a sweep declares the same ones for every trial, and each is hashed once more when it is checked. */
const known = new Map<string, string>();

function partHash(part: unknown): string {
  const text = plainJson(part);
  const found = text !== undefined && known.get(text);
  if (found) return found;
  const hash = sha256(canonicalJson(part));
  // What JSON cannot carry may have become a null on the way: such a text does not say what the part was.
  if (text === undefined || text.includes('null')) return hash;
  if (known.size === KNOWN_MAX) known.clear();
  known.set(text, hash);
  return hash;
}

function plainJson(part: unknown): string | undefined {
  try {
    return JSON.stringify(part);
  } catch {
    return undefined; // canonicalJson says what is wrong with it
  }
}
