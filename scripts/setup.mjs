#!/usr/bin/env node
// Everything a checkout needs, once: packages, Node 24, nats-server, kernels. Each step checks first and works only when
// it must, so a second run takes a moment. Plain JavaScript without packages: it runs on Node 20 with nothing installed.
//
// Ends with 0 when all is there, else with 1, or 3 when something has to be installed by hand; the last lines say what.

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ensureKernels } from './setup/kernels.mjs';
import { withLock } from './setup/lock.mjs';
import { ensureNats } from './setup/nats.mjs';
import { ensureNode } from './setup/node.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { reporter, Stop } from './setup/report.mjs';

const NODE_MAJOR_MIN = 20;

/** In order: each step may use what the ones before it brought. */
const STEPS = [
  ['packages', ensurePackages],
  ['node', ensureNode],
  ['nats-server', ensureNats],
  ['kernels', ensureKernels],
];

// Who reads along may go away (`| head`); what is set up is set up all the same.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});

async function main() {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const report = reporter(process.stdout, process.env);
  const major = Number(process.versions.node.split('.')[0]);
  try {
    if (major < NODE_MAJOR_MIN) {
      throw new Stop(`Node ${process.versions.node} is too old for set-up`, [`install Node ${NODE_MAJOR_MIN} or newer; set-up brings Node 24 for the project itself`]);
    }
    await withLock(root, report, async () => {
      for (const [name, ensure] of STEPS) {
        report.begin(name);
        report.done(name, await ensure({ root, env: process.env, report }));
      }
    });
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    report.stop(error);
    process.exitCode = error.exitCode;
  }
}

await main();
