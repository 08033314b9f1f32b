// A server that takes connections and says nothing, as one that stands still: none of them may outlive the attempt it was made for.
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dial } from '#bus/dial.ts';
import { until } from '../support/until.ts';

const TIMEOUT_MS = 200;
let server: Server;
let url: string;
/** Of the connections the server has had, which are open. */
let open: Set<Socket>;
let taken: number;
/** How many of the first ones are spoken to. */
let spokenTo: number;

beforeEach(async () => {
  [open, taken, spokenTo] = [new Set(), 0, 0];
  server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => {});
    if (taken++ >= spokenTo) return;
    socket.write('INFO {"server_id":"S","version":"2.12.0","proto":1,"max_payload":1024,"headers":true}\r\n');
    socket.on('data', (text) => void (text.includes('PING') && socket.write('PONG\r\n')));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `127.0.0.1:${(server.address() as { port: number }).port}`;
});

afterEach(() => {
  for (const socket of open) socket.destroy();
  server.close();
});

test('is left when the connection is given up', async () => {
  await expect(dial({ servers: url, timeout: TIMEOUT_MS, reconnect: false })).rejects.toThrow(/timeout/i);
  expect(taken).toBe(1);
  await until('the socket is closed', () => open.size === 0);
});

test('is left before it is tried again, and when nobody wants the connection any more', async () => {
  spokenTo = 1;
  const connection = await dial({ servers: url, timeout: TIMEOUT_MS, maxReconnectAttempts: -1, reconnectTimeWait: 10 });
  for (const socket of open) socket.destroy();
  await until('it is tried some times', () => taken >= 5);
  expect(open.size).toBeLessThanOrEqual(2); // one being made, and one being closed
  await connection.close();
  await until('the last is closed', () => open.size === 0);
});
