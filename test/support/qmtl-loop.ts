// A process that runs one command line after another, so that a hundred refusals need not start a hundred programs.
import { run } from '#cli/main.ts';

// Every command that waits for Ctrl-C listens for it, and many run here.
process.setMaxListeners(0);

let queue = Promise.resolve();
process.on('message', (args: readonly string[]) => {
  queue = queue.then(async () => {
    const heard = { stdout: '', stderr: '' };
    const sink = (name: 'stdout' | 'stderr') => ({ write: (text: string) => void (heard[name] += text) });
    const code = await run(args, { stdout: sink('stdout'), stderr: sink('stderr'), env: process.env });
    process.send!({ code, ...heard });
  });
});
