// A TCP proxy on loopback that can hold back or delay what passes. While it holds, nothing moves in either direction and nothing is
// reset, as on a network that lost the way: both sides find out by their own timeouts.
import { createServer, connect, type Server, type Socket } from 'node:net';
import type { Clock } from '#clock/clock.ts';
import { listenOn } from '#telemetry/health.ts';

const HOST = '127.0.0.1';
/** A NATS server says who it is in the first message on a route. */
const NAME_IN_HELLO = /"(?:server_name|name)":"(nats-server-\d+)"/;
const HELLO_BYTES_MAX = 16_384;

interface Passage {
  readonly near: Socket;
  readonly far: Socket;
  /** Who opened it, once it has said so. */
  from: string | undefined;
  hello: string;
}

export class Proxy {
  readonly port: number;
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #passages = new Set<Passage>();
  #isHeld: (from: string | undefined) => boolean = () => false;
  #delayMs = 0;

  private constructor(server: Server, port: number, clock: Clock, toPort: number) {
    this.#server = server;
    this.port = port;
    this.#clock = clock;
    server.on('connection', (near: Socket) => this.#open(near, toPort));
  }

  static async open(clock: Clock, toPort: number): Promise<Proxy> {
    const server = createServer();
    return new Proxy(server, await listenOn(server, HOST, 0), clock, toPort);
  }

  /** Holds everything of those for whom `isHeld` says so; lets go of what it does not hold any more. */
  hold(isHeld: (from: string | undefined) => boolean): void {
    this.#isHeld = isHeld;
    for (const passage of this.#passages) this.#look(passage);
  }

  delay(ms: number): void {
    this.#delayMs = ms;
  }

  close(): void {
    this.#server.close();
    for (const { near, far } of this.#passages) for (const socket of [near, far]) socket.destroy();
  }

  #open(near: Socket, toPort: number): void {
    const far = connect(toPort, HOST);
    const passage: Passage = { near, far, from: undefined, hello: '' };
    this.#passages.add(passage);
    near.on('data', (bytes: Buffer) => {
      if (passage.from === undefined && passage.hello.length < HELLO_BYTES_MAX) {
        passage.hello += bytes.toString('latin1');
        passage.from = NAME_IN_HELLO.exec(passage.hello)?.[1];
        this.#look(passage);
      }
      this.#pass(far, bytes);
    });
    far.on('data', (bytes: Buffer) => this.#pass(near, bytes));
    const end = (): void => {
      this.#passages.delete(passage);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
    this.#look(passage);
  }

  #look({ near, far, from }: Passage): void {
    const held = this.#isHeld(from);
    for (const socket of [near, far]) {
      if (held) socket.pause();
      else socket.resume();
    }
  }

  #pass(to: Socket, bytes: Buffer): void {
    // Timers of one length fire in the order they were set, so bytes keep theirs.
    if (this.#delayMs === 0) to.write(bytes);
    else this.#clock.after(this.#delayMs, () => void (to.destroyed || to.write(bytes)));
  }
}
