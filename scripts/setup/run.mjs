// Runs a program and keeps what it says. Never through a shell.

import { spawn } from 'node:child_process';
import { delimiter, sep } from 'node:path';

/**
 * Answers `{ code, stdout, stderr }`; `code` is null when the program could not be started or ran out of time,
 * and `stderr` then says so.
 */
export function run(program, args, { cwd, env = process.env, timeoutMs = 10_000 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8');
      child[name].on('data', (chunk) => {
        text[name] += chunk;
      });
    }
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: null, ...text, stderr: error.code === 'ENOENT' ? `${program} is not on this machine` : error.message });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: late ? null : code, ...text, stderr: late ? `no end after ${timeoutMs / 1000} s` : text.stderr });
    });
  });
}

/** The environment without the checkout's own programs: npm must not run on a Node it is about to replace. */
export function outsideEnv(env) {
  const own = `node_modules${sep}.bin`;
  const path = (env.PATH ?? '').split(delimiter).filter((entry) => !entry.endsWith(own));
  return { ...env, PATH: path.join(delimiter) };
}

/** A one-line reason: the first line that calls itself an error, else the last that says something. */
export function reasonIn(text) {
  const lines = text.split('\n').map((each) => each.trim()).filter((each) => each !== '');
  return lines.find((each) => /^(E|error|npm error):/i.test(each)) ?? lines.at(-1) ?? 'it said nothing';
}
