// Faults of one thread of a process, from outside: the process's inspector is opened by its signal, and the code runs in the thread that
// was asked for. Nothing in the product helps with it.
import { existsSync, readFileSync } from 'node:fs';
import type { Clock } from '#clock/clock.ts';

const OPEN_WAIT_MS = 5_000;
const LISTENING = /Debugger listening on (ws:\/\/\S+)/g;

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly sessionId?: string };
}

/** Ends one worker thread of the process, as an uncaught error would. Its standard error must go to `logFile`. */
export function killThread(pid: number, logFile: string, clock: Clock): Promise<void> {
  return inThread(pid, logFile, clock, 'process.exit(1)');
}

/** Keeps one worker thread busy with nothing. */
export function hangThread(pid: number, logFile: string, clock: Clock, ms: number): Promise<void> {
  return inThread(pid, logFile, clock, `for (const until = performance.now() + ${ms}; performance.now() < until; );`);
}

async function inThread(pid: number, logFile: string, clock: Clock, code: string): Promise<void> {
  const inspector = new WebSocket(await inspectorOf(pid, logFile, clock));
  try {
    await new Promise<void>((opened, failed) => {
      inspector.addEventListener('open', () => opened());
      inspector.addEventListener('error', () => failed(new Error(`the inspector of process ${pid} does not answer`)));
    });
    const session = new Promise<string>((attached) => {
      inspector.addEventListener('message', ({ data }) => {
        const { method, params } = JSON.parse(String(data)) as Answer;
        if (method === 'NodeWorker.attachedToWorker') attached(params!.sessionId!);
      });
    });
    send(inspector, 1, 'NodeWorker.enable', { waitForDebuggerOnStart: false });
    const sessionId = await Promise.race([session, clock.sleep(OPEN_WAIT_MS).then(() => Promise.reject(new Error(`process ${pid} has no thread`)))]);
    send(inspector, 2, 'NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: code } }) });
    await clock.sleep(100); // the message is on its way to the thread
  } finally {
    inspector.close();
  }
}

function send(inspector: WebSocket, id: number, method: string, params: object): void {
  inspector.send(JSON.stringify({ id, method, params }));
}

async function inspectorOf(pid: number, logFile: string, clock: Clock): Promise<string> {
  process.kill(pid, 'SIGUSR1');
  const deadlineMs = clock.monotonicMs() + OPEN_WAIT_MS;
  for (;;) {
    // Earlier lives wrote to the same file; only the living one answers.
    const found = [...(existsSync(logFile) ? readFileSync(logFile, 'utf8') : '').matchAll(LISTENING)].at(-1)?.[1];
    if (found !== undefined && (await answers(found))) return found;
    if (clock.monotonicMs() > deadlineMs) throw new Error(`process ${pid} did not open its inspector; see ${logFile}`);
    await clock.sleep(50);
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(`http://${new URL(url).host}/json/version`).then(
    ({ ok }) => ok,
    () => false,
  );
}
