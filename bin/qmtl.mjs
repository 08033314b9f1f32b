#!/usr/bin/env node
// Starts the CLI on a Node that runs it. In a checkout that is the Node 24 of node_modules, which runs src/ as it is;
// in the published package the compiled files run on whatever Node is new enough.
// Plain JavaScript for Node 20: this file must be able to say that Node is too old.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NODE_MAJOR_MIN = 24;
/** As every command: 3 is "not ready". */
const EXIT_NOT_READY = 3;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiled = join(root, 'src', 'cli', 'main.js');
const isPublished = existsSync(compiled);
const main = isPublished ? compiled : join(root, 'src', 'cli', 'main.ts');

if (!isPublished && !existsSync(join(root, 'node_modules', 'commander'))) {
  stop('the packages of this checkout are not installed', `run "npm run setup" in ${root} first`);
} else if (isNewEnough(process.versions.node)) {
  module.enableCompileCache(); // a command begins in a third of the time from its second run on
  const { run } = await import(pathToFileURL(main).href);
  process.exitCode = await run(process.argv.slice(2));
  // A command that is over ends once all it said is out, whatever was left open: the NATS client keeps the socket of a server that never spoke.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
  process.exit();
} else {
  const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own)) handOver(own);
  else stop(`qmtl needs Node ${NODE_MAJOR_MIN} or newer, and this is ${process.versions.node}`, isPublished ? `install Node ${NODE_MAJOR_MIN}` : 'run "npm run setup", which brings it');
}

function isNewEnough(version) {
  return Number(version.split('.')[0]) >= NODE_MAJOR_MIN;
}

/** Runs this file again on another Node and ends as that run ends. */
function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // The child decides what a signal means. A terminal sends Ctrl-C to both, a supervisor only to this process.
  const fromTerminal = ['SIGINT', 'SIGQUIT', 'SIGHUP'];
  const handled = [...fromTerminal, 'SIGTERM'];
  for (const signal of handled) {
    process.on(signal, () => {
      if (!(process.stdin.isTTY && fromTerminal.includes(signal))) child.kill(signal);
    });
  }
  child.on('error', (error) => stop(`${node} cannot be started: ${error.message}`, 'run "npm run setup"'));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal];
    for (const each of handled) process.removeAllListeners(each);
  });
}

function stop(message, cure) {
  process.stderr.write(`error: ${message}\ncure: ${cure}\n`);
  process.exitCode = EXIT_NOT_READY;
}
