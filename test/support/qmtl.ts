// The real command line, in a process of its own, as a user calls it.
import { fork, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect } from 'vitest';

export interface Heard {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The starter of an installed package instead of the checkout's. */
  readonly program?: string;
}

const PROGRAM = resolve('bin/qmtl.mjs');
/** A command that hangs fails its own test, not the whole file. */
const WAIT_MS_MAX = 45_000;

/** Runs `qmtl …` to its end. */
export function qmtl(args: readonly string[], { cwd, env, program = PROGRAM }: Surroundings = {}): Promise<Heard> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [program, ...args], { cwd: cwd ?? process.cwd(), env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'], timeout: WAIT_MS_MAX, killSignal: 'SIGKILL' });
  const heard = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => void (heard[name] += text));
  return new Promise((done) => child.once('close', (code) => done({ code, ...heard })));
}

/** Many command lines in one process, one after another, from one directory. */
export class CommandLoop {
  readonly #child;
  readonly #waiting: ((heard: Heard) => void)[] = [];

  constructor({ cwd, env }: Surroundings = {}) {
    const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
    this.#child = fork(resolve('test/support/qmtl-loop.ts'), { cwd: cwd ?? process.cwd(), env: { ...inherited, ...env } });
    this.#child.on('message', (heard: Heard) => this.#waiting.shift()!(heard));
  }

  run(args: readonly string[]): Promise<Heard> {
    return new Promise((done) => {
      this.#waiting.push(done);
      this.#child.send(args);
    });
  }

  stop(): void {
    this.#child.kill();
  }
}

/** What a refusal has to say. */
export interface Refusal {
  /** The exit code; 1, "failed: bad input", when left out. */
  readonly exit?: number;
  readonly code: string;
  /** What is wrong, and where. */
  readonly says: RegExp;
  readonly cure: RegExp;
}

/** The refusal of a command in both its forms: text for people, and with `--json` one object on stderr and nothing on stdout. */
export async function expectRefused(run: (args: readonly string[]) => Promise<Heard>, args: readonly string[], { exit = 1, code, says, cure }: Refusal): Promise<void> {
  const [text, json] = await Promise.all([run(args), run([...args, '--json'])]);
  expect([text.code, text.stdout, text.stderr], 'exit code, stdout and stderr').toEqual([exit, '', expect.stringMatching(/^(warning: .+\n)*error: [^]+\ncure: .+\n$/)]);
  expect(text.stderr).not.toMatch(/^\s+at /m);
  expect(text.stderr).toMatch(says);
  expect(text.stderr.slice(text.stderr.lastIndexOf('\ncure: ') + 7)).toMatch(cure);

  expect([json.code, json.stdout]).toEqual([exit, '']);
  const { error } = JSON.parse(json.stderr) as { error: { code: string; message: string; cure: string } };
  expect(error.code).toBe(code);
  expect(error.message).toMatch(says);
  expect(error.cure).toMatch(cure);
}
