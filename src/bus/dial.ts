// A connection to the log's servers, and the sockets made for it. A server that stands still takes a connection and never says a word; the
// client library gives that up after a while and leaves the socket open, which would keep the process from ending.
// Attempts come one after the other, so a socket that heard nothing by the next one, or by the end, is given up.
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { ConnectionOptions, NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';

class Attempts {
  #socket: Socket | undefined;

  begin(socket: Socket): void {
    this.end();
    this.#socket = socket;
  }

  end(): void {
    if (this.#socket?.bytesRead === 0) this.#socket.destroy();
    this.#socket = undefined;
  }
}

/** Whose attempt it is that makes a socket. */
const attempting = new AsyncLocalStorage<Attempts>();
subscribe('net.client.socket', (message) => attempting.getStore()?.begin((message as { readonly socket: Socket }).socket));

/** Throws when no server is there, or none says a word within `timeout`. */
export async function dial(options: ConnectionOptions): Promise<NatsConnection> {
  const attempts = new Attempts();
  try {
    const connection = await attempting.run(attempts, () => connect(options));
    void connection.closed().then(() => attempts.end());
    return connection;
  } catch (error) {
    attempts.end();
    throw error;
  }
}
