// A Chromium without a window, driven through its DevTools protocol: just enough to look at a page and to use it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars',
  '--remote-debugging-port=0',
];
const START_TIMEOUT_MS = 20_000;

export interface Look {
  readonly width: number;
  readonly height: number;
  readonly isDark: boolean;
  readonly isPhone: boolean;
}

export interface Tab {
  /** Opens a page and waits for its script to have drawn. Answers the ms that took. */
  open(url: string, look: Look): Promise<number>;
  /** What an expression in the page comes to; promises are awaited. */
  evaluate<T>(expression: string): Promise<T>;
  mouse(type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', x: number, y: number): Promise<void>;
  key(key: string): Promise<void>;
  /** PNG of the page, or of a part of it. */
  picture(clip?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }): Promise<Buffer>;
  /** What the page wrote as errors. */
  readonly errors: readonly string[];
}

/** Starts `command`; undefined where there is no such program. */
export async function chromium(command: string): Promise<{ tab: Tab; stop: () => Promise<void> } | undefined> {
  const profile = mkdtempSync(join(tmpdir(), 'qmtl-chromium-'));
  const child = spawn(command, [...FLAGS, `--user-data-dir=${profile}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<undefined>((resolve) => {
    child.on('exit', () => resolve(undefined));
    child.on('error', () => resolve(undefined));
  });
  const address = await Promise.race([
    ended,
    new Promise<string>((resolve, reject) => {
      let text = '';
      child.stderr.on('data', (piece: Buffer) => {
        text += String(piece);
        const found = /listening on (ws:\S+)/.exec(text);
        if (found) resolve(found[1]!);
      });
      setTimeout(() => reject(new Error(`${command} did not start within ${START_TIMEOUT_MS} ms: ${text}`)), START_TIMEOUT_MS).unref();
    }),
  ]);
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  if (address === undefined) {
    rmSync(profile, { recursive: true, force: true });
    return undefined;
  }
  return { tab: await tabOf(address), stop };
}

async function tabOf(address: string): Promise<Tab> {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`no answer at ${address}`)));
  });
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  const errors: string[] = [];
  let last = 0;
  let session: string | undefined;
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error, method, params } = JSON.parse(String(data)) as { id?: number; result: never; error?: { message: string }; method?: string; params?: { exceptionDetails?: { exception?: { description?: string }; text: string } } };
    if (method === 'Runtime.exceptionThrown') errors.push(params?.exceptionDetails?.exception?.description ?? params?.exceptionDetails?.text ?? 'an error');
    if (id === undefined) return;
    if (error) waiting.get(id)!.reject(new Error(error.message));
    else waiting.get(id)!.resolve(result);
    waiting.delete(id);
  });
  const send = <T>(method: string, params: object = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params, ...(session !== undefined && { sessionId: session }) }));
    });
  const { targetId } = await send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
  session = (await send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true })).sessionId;
  await send('Runtime.enable');
  await send('Page.enable');

  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await send<{ result: { value: T }; exceptionDetails?: { text: string; exception?: { description?: string } } }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  return {
    errors,
    evaluate,
    async open(url, { width, height, isDark, isPhone }) {
      await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: isPhone ? 2 : 1, mobile: isPhone });
      await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }] });
      const startedMs = performance.now();
      await send('Page.navigate', { url });
      await evaluate(`new Promise((resolve) => { const look = () => (document.getElementById('equity-value')?.textContent || document.readyState === 'complete' && !document.getElementById('equity')) ? resolve() : requestAnimationFrame(look); look(); })`);
      return performance.now() - startedMs;
    },
    async mouse(type, x, y) {
      await send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: type === 'mouseReleased' ? 0 : 1, clickCount: 1 });
    },
    async key(key) {
      await send('Input.dispatchKeyEvent', { type: 'keyDown', key });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', key });
    },
    async picture(clip) {
      const { cssContentSize } = await send<{ cssContentSize: { width: number; height: number } }>('Page.getLayoutMetrics');
      const whole = { x: 0, y: 0, width: cssContentSize.width, height: cssContentSize.height };
      const { data } = await send<{ data: string }>('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true, clip: { ...(clip ?? whole), scale: 1 } });
      return Buffer.from(data, 'base64');
    },
  };
}
