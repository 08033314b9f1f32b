// A role's door for operators: is it alive, is it ready, what does it count.
//
//   GET /livez     200 while the event loop turns; restart the process when it does not answer
//   GET /readyz    200 or 503 and the failing checks; ?verbose lists every check
//   GET /metrics   Prometheus text
//
// H1. A check reads what its role already knows: it never probes, so an answer costs nothing and cannot hang.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

import { Fault } from '#domain/fault.ts';
import type { Metrics } from './metrics.ts';

/** Undefined when all is well, else the reason, for a person. */
export type Check = () => string | undefined;

export interface HealthTerms {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** By name, in the order they are listed. */
  readonly checks: Readonly<Record<string, Check>>;
  readonly metrics: Metrics;
}

export interface HealthServer {
  readonly host: string;
  readonly port: number;
  /** Stops listening and drops open connections. */
  close(): Promise<void>;
}

/** Opens the door. Throws PORT_TAKEN or CONFIG_INVALID (an address this machine does not have, a port it may not open). */
export async function serveHealth(terms: HealthTerms): Promise<HealthServer> {
  const server = createServer((request, response) => void answer(terms, request, response));
  const port = await listenOn(server, terms.host, terms.port);
  return {
    host: terms.host,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Binds a server and answers the port it got; the faults of `serveHealth` are made here. */
export function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => reject(listenFault(cause, host, port));
    server.once('error', refuse);
    server.listen(port, host, () => {
      server.off('error', refuse);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function listenFault(cause: NodeJS.ErrnoException, host: string, port: number): unknown {
  const data = { host, port };
  switch (cause.code) {
    case 'EADDRINUSE':
      return new Fault('PORT_TAKEN', `port ${port} on ${host} is in use by another program`, {
        cure: 'stop that program, set another port in cluster.yml, or 0 for any free one',
        data,
        cause,
      });
    case 'EACCES':
      return new Fault('CONFIG_INVALID', `this user may not open port ${port} on ${host}`, {
        cure: 'use a port above 1023',
        data,
        cause,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Fault('CONFIG_INVALID', `${host} is not an address of this machine`, {
        cure: 'listen on 127.0.0.1 for this machine only, on 0.0.0.0 for every network',
        data,
        cause,
      });
    default:
      return cause;
  }
}

async function answer(terms: HealthTerms, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    sendJson(response, 405, { error: `${request.method} is not answered here` });
    return;
  }
  switch (url.pathname) {
    case '/livez':
      sendJson(response, 200, { alive: true });
      return;
    case '/readyz': {
      const checks = Object.entries(terms.checks).map(([name, check]) => ({ name, ...outcome(check) }));
      const ready = checks.every((check) => check.ok);
      const listed = url.searchParams.has('verbose') ? checks : checks.filter((check) => !check.ok);
      sendJson(response, ready ? 200 : 503, { ready, checks: listed });
      return;
    }
    case '/metrics':
      send(response, 200, terms.metrics.contentType, await terms.metrics.render());
      return;
    default:
      sendJson(response, 404, { error: `nothing at ${url.pathname}; try /livez, /readyz or /metrics` });
  }
}

/** A check that throws knows nothing good: the role is not ready, and the answer says why. */
function outcome(check: Check): { ok: boolean; reason?: string } {
  try {
    const reason = check();
    return reason === undefined ? { ok: true } : { ok: false, reason };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json; charset=utf-8', `${JSON.stringify(body)}\n`);
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(body);
}
