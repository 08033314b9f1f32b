// The hash that names things: nodes, strategies, sources, data.
import { hash } from 'node:crypto';

/** SHA-256 (FIPS 180-4) in hex digits; of the UTF-8 bytes of a text. */
export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}
