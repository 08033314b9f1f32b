// Comlink's home: typed calls between a member's main thread and its shards, over a message port. Control only; rows never pass here.
import type { MessagePort } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

export type Remote<T> = Comlink.Remote<T>;

export function expose(api: object, port: MessagePort): void {
  Comlink.expose(api, nodeEndpoint(port));
}

export function wrap<T>(port: MessagePort): Remote<T> {
  return Comlink.wrap<T>(nodeEndpoint(port));
}

/** Marks a function of this side that the other side may call. */
export function callback<F extends (...args: never[]) => unknown>(run: F): F {
  return Comlink.proxy(run);
}
