// Writes docs/reference/: every kernel of the catalogue, from the catalogue. A test fails when a page is not what this writes.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { referenceFiles } from './reference/pages.ts';

const root = join(import.meta.dirname, '..', 'docs', 'reference');
const files = referenceFiles();
rmSync(root, { recursive: true, force: true });
for (const [name, text] of files) {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
console.log(`✓ reference    ${files.size} files in docs/reference`);
