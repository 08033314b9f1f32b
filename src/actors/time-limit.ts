// Ends code that runs in this thread and does not come back. For authors' code that cannot be moved to a process of its own, because it
// talks back and forth with what it stands in. It guards against accident; of malice and memory see docs/guarantees.md.
import { createContext, Script } from 'node:vm';

const guard = createContext({ run: (): void => {} });
const call = new Script('run()');

/** Runs to the end, or until the time is over; false then, and whatever it was doing is half done. It cannot catch that. */
export function withinTime(ms: number, run: () => void): boolean {
  guard['run'] = run;
  try {
    // Its own watchdog does not need the event loop of this thread.
    call.runInContext(guard, { timeout: ms });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
}
