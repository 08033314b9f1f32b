#!/usr/bin/env node
// dist/: the package as it is published, laid out as the checkout is, so that paths between files hold in both:
// src/ as JavaScript and types, the kernels, the starter, what there is to read, and a package.json whose imports point at them.
// Node refuses TypeScript below node_modules, so what is published is compiled.
//
// Run by `npm run build`, which runs set-up first: the kernels are built by then.

import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { usableNode } from './setup/node.mjs';
import { run } from './setup/run.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');

await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, 'build'), { recursive: true });
await compile();
for (const part of [
  'build/kernels.wasm',
  'bin',
  'cluster.yml',
  'tsconfig.json', // what `qmtl init` makes extends it
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'docs',
  'examples',
  'LICENSE',
]) {
  await cp(join(root, part), join(dist, part), { recursive: true });
}
await chmod(join(dist, 'bin', 'qmtl.mjs'), 0o755);
await writeFile(join(dist, 'package.json'), `${JSON.stringify(manifest(JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))), null, 2)}\n`);
console.log('✓ build        dist/ is ready to pack');

async function compile() {
  const tsc = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');
  const config = join(root, 'dist', 'tsconfig.json');
  const options = { noEmit: false, declaration: true, rewriteRelativeImportExtensions: true, rootDir: '../src', outDir: './src' };
  await writeFile(config, JSON.stringify({ extends: '../tsconfig.json', compilerOptions: options, include: ['../src'] }));
  const { code, stdout, stderr } = await run(await usableNode(root), [tsc, '-p', config], { cwd: root, timeoutMs: 120_000 });
  await rm(config);
  if (code !== 0) {
    console.error(`✗ build        the types do not check\n${stdout}${stderr}`);
    process.exit(1);
  }
}

/** What a user of the package needs, and nothing of how it was made. */
function manifest({ name, version, description, license, type, dependencies, devDependencies, overrides }) {
  return {
    name,
    version,
    description,
    license,
    type,
    // A checkout brings its own Node; the package runs on the one it is installed with.
    engines: { node: '>=24' },
    bin: { qmtl: './bin/qmtl.mjs' },
    exports: { '.': { types: './src/sdk/mod.d.ts', default: './src/sdk/mod.js' } },
    // Sources say `#domain/bar.ts`.
    imports: { '#*.ts': './src/*.js' },
    // The types of the package speak of Node's.
    dependencies: { ...dependencies, '@types/node': devDependencies['@types/node'] },
    overrides,
  };
}
