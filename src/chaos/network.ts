// Everything between the processes of a drill's cluster goes through proxies: one for each role and server, one in front of each server
// for the other servers.
import type { Clock } from '#clock/clock.ts';
import type { Network } from '#cluster/log-servers.ts';
import { Proxy } from './proxy.ts';

export class DrillNetwork implements Network {
  readonly #clock: Clock;
  /** Of a role, one for each server. */
  readonly #toLog = new Map<string, { url: string; proxies: Proxy[] }>();
  /** In front of a server, for the others. */
  readonly #toServer = new Map<string, Proxy>();
  readonly #isolated = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async toLog(role: string, url: string): Promise<string> {
    let way = this.#toLog.get(role);
    if (!way) {
      const proxies = await Promise.all(url.split(',').map((address) => Proxy.open(this.#clock, Number(new URL(address).port))));
      way = { url: proxies.map(({ port }) => `nats://127.0.0.1:${port}`).join(), proxies };
      this.#toLog.set(role, way);
    }
    return way.url;
  }

  async toServer(name: string, routePort: number): Promise<number> {
    const proxy = await Proxy.open(this.#clock, routePort);
    this.#toServer.set(name, proxy);
    return proxy.port;
  }

  /** A role reaches no server, or all again. */
  cutRole(role: string, isCut: boolean): void {
    for (const proxy of this.#toLog.get(role)?.proxies ?? []) proxy.hold(() => isCut);
  }

  /** A server reaches no other and is reached by none, or all again. Roles reach it all the while. */
  cutServer(name: string, isCut: boolean): void {
    if (isCut) this.#isolated.add(name);
    else this.#isolated.delete(name);
    for (const [to, proxy] of this.#toServer) proxy.hold((from) => this.#isolated.has(to) || (from !== undefined && this.#isolated.has(from)));
  }

  delayRole(role: string, ms: number): void {
    for (const proxy of this.#toLog.get(role)?.proxies ?? []) proxy.delay(ms);
  }

  close(): void {
    for (const proxy of [...this.#toServer.values(), ...[...this.#toLog.values()].flatMap((way) => way.proxies)]) proxy.close();
  }
}
