// Changes a cluster that `up` started while everything goes on: more or fewer members, new processes in the place of old ones.
// Y1. A member is drained before its process ends, where another one lives that may take its slots; so no row waits for a restart.
// Y2. One change at a time. Two that are asked for together are made one after the other.
// Absent: how processes are started and kept (up.ts), who runs a slot (DAG manager).
import type { Bus } from '#bus/bus.ts';
import type { Subjects } from '#bus/subjects.ts';
import type { Clock } from '#clock/clock.ts';
import type { DrainAnswer, DrainRequest } from '#dag/manager.ts';
import { Fault } from '#domain/fault.ts';
import type { MemberRecord } from '#supervisor/records.ts';
import { MEMBERS_MAX } from './config-schema.ts';
import type { RoleName } from './roles.ts';

const LOOK_AGAIN_MS = 50;
/** A slot of a hundred thousand nodes takes seconds to warm; what is not handed over by then is taken over instead. */
const DRAIN_WAIT_MS = 60_000;
const ALIVE_WAIT_MS = 20_000;

/** The processes, as the one who started them can change them. */
export interface Crew {
  roles(): readonly RoleName[];
  /** Starts a process for a role nobody has yet; resolves when it is ready. */
  add(role: RoleName): Promise<void>;
  /** Ends the role's process for good. */
  remove(role: RoleName): Promise<void>;
}

export interface StewardPorts {
  readonly bus: Bus;
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly onEvent: (event: string) => void;
}

export interface ScaleRequest {
  readonly members: number;
}

export interface RestartRequest {
  /** Only this one; all, one after the other, when left out. */
  readonly role?: RoleName;
}

/** The roles that run afterwards. */
export interface StewardAnswer {
  readonly roles: readonly RoleName[];
}

export class Steward {
  readonly #ports: StewardPorts;
  readonly #crew: Crew;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(ports: StewardPorts, crew: Crew) {
    this.#ports = ports;
    this.#crew = crew;
  }

  async serve(): Promise<void> {
    const { bus, subjects } = this.#ports;
    await bus.serve({
      name: 'qmtl-up',
      version: '1.0.0',
      description: 'changes the processes of a QMTL cluster while it runs',
      endpoints: {
        scale: { subject: subjects.call('up', 'scale'), answer: ({ members }: ScaleRequest) => this.#inTurn(() => this.#scale(members)) },
        restart: { subject: subjects.call('up', 'restart'), answer: ({ role }: RestartRequest) => this.#inTurn(() => this.#restart(role)) },
      },
    });
  }

  async #scale(count: number): Promise<void> {
    if (!Number.isInteger(count) || count < 1 || count > MEMBERS_MAX) throw new Fault('USAGE', `a cluster cannot have ${count} members`, { cure: `give a whole number from 1 to ${MEMBERS_MAX}` });
    const members = this.#members();
    for (const member of members.slice(count).toReversed()) {
      await this.#drain(member);
      await this.#crew.remove(`member:${member}`);
      await (await this.#ports.bus.bucket<MemberRecord>('members')).remove(member);
      await this.#undrain(member);
    }
    for (let number = 1; this.#members().length < count; number++) {
      const member = `m${number}`;
      if (!this.#members().includes(member)) await this.#crew.add(`member:${member}`);
    }
  }

  async #restart(only: RoleName | undefined): Promise<void> {
    const roles = this.#crew.roles();
    if (only !== undefined && !roles.includes(only)) throw new Fault('MEMBER_UNKNOWN', `no process is called ${only}`, { cure: `they are ${roles.join(', ')}` });
    for (const role of only === undefined ? roles : [only]) {
      const member = memberOf(role);
      if (member !== undefined) await this.#drain(member);
      const before = member === undefined ? undefined : await this.#lifeOf(member);
      await this.#crew.remove(role);
      await this.#crew.add(role);
      if (member === undefined) continue;
      // While the log elects who leads it nobody knows. To give up there would leave the member drained.
      await this.#until(async () => (await this.#lifeOf(member).catch(() => before)) !== before, ALIVE_WAIT_MS);
      await this.#undrain(member);
    }
  }

  #members(): string[] {
    return this.#crew.roles().flatMap((role) => memberOf(role) ?? []);
  }

  async #lifeOf(member: string): Promise<string | undefined> {
    return (await (await this.#ports.bus.bucket<MemberRecord>('members')).get(member))?.value.life;
  }

  /** By Y1. */
  async #drain(member: string): Promise<void> {
    const done = await this.#until(async () => {
      const { slots, others } = await this.#ask(member, true);
      return slots === 0 || others === 0;
    }, DRAIN_WAIT_MS);
    if (!done) this.#ports.onEvent(`${member} still had slots after ${DRAIN_WAIT_MS / 1000} s; the others take them over`);
  }

  async #undrain(member: string): Promise<void> {
    await this.#ask(member, false);
  }

  #ask(member: string, drained: boolean): Promise<DrainAnswer> {
    const { bus, subjects } = this.#ports;
    return bus.call<DrainRequest, DrainAnswer>(subjects.call('dag', 'drain'), { member, drained });
  }

  async #until(what: () => Promise<boolean>, waitMs: number): Promise<boolean> {
    const { clock } = this.#ports;
    for (const lateMs = clock.monotonicMs() + waitMs; clock.monotonicMs() < lateMs; await clock.sleep(LOOK_AGAIN_MS)) {
      if (await what()) return true;
    }
    return false;
  }

  /** By Y2. */
  async #inTurn(change: () => Promise<void>): Promise<StewardAnswer> {
    const result = this.#turn.then(change);
    this.#turn = result.catch(() => {});
    await result;
    return { roles: this.#crew.roles() };
  }
}

function memberOf(role: RoleName): string | undefined {
  return role.startsWith('member:') ? role.slice('member:'.length) : undefined;
}
