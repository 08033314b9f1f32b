// A process that stands by to be a member's next life. It has loaded its program, is connected, and reads along what there is to run, so a
// member that was killed goes on that much sooner. The price is its memory, for each member that `up` starts.
// N1. It acts on nothing before it is called: it takes no lease, opens no checkpoint and no port. It is called when the life before it has
//     ended, and not before the operating system says so.
// N2. It begins once a life has lasted for a while. One that ends sooner would end so again, and what is just coming back needs the processors.
import type { ChildProcess } from 'node:child_process';
import type { Cancel, Clock } from '#clock/clock.ts';

const BEGINS_AFTER_MS = 5_000;

export class Spare {
  readonly #clock: Clock;
  readonly #fork: () => ChildProcess;
  #process: ChildProcess | undefined;
  #cancel: Cancel = () => {};

  constructor(clock: Clock, fork: () => ChildProcess) {
    this.#clock = clock;
    this.#fork = fork;
  }

  /** By N2, for a life that began now. */
  prepare(): void {
    this.end();
    this.#cancel = this.#clock.after(BEGINS_AFTER_MS, () => {
      const process = (this.#process = this.#fork());
      const gone = (): void => void (this.#process === process && (this.#process = undefined));
      process.once('exit', gone);
      process.once('error', gone);
    });
  }

  /** By N1, calls the process, if there is one. */
  take(): ChildProcess | undefined {
    const process = this.#process;
    this.#process = undefined;
    this.#cancel();
    if (!process?.connected) return undefined;
    process.send('go');
    return process;
  }

  /** Undefined while none stands by. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  end(): void {
    this.#cancel();
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
  }
}
