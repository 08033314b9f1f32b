// What set-up says: one line a step, a mark in front, colour only where a person looks.

/** A step that cannot be done. `instructions` say what to do by hand, one command or sentence a line. */
export class Stop extends Error {
  constructor(message, instructions, exitCode = 1) {
    super(message);
    this.instructions = instructions;
    this.exitCode = exitCode;
  }
}

const NAME_WIDTH = 12;

export function reporter(stream, env) {
  const dumb = env.TERM === 'dumb';
  const live = stream.isTTY === true && !dumb && !env.CI;
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  const colour = !env.NO_COLOR && (forced || (stream.isTTY === true && !dumb));
  const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const clear = () => live && stream.write('\r\u001b[2K');
  const line = (mark, name, text) => stream.write(`${mark} ${name.padEnd(NAME_WIDTH)} ${text}\n`);

  return {
    /** A passing word on a terminal, nothing in a log. */
    begin(name, text = '…') {
      clear();
      if (live) stream.write(paint(2, `· ${name.padEnd(NAME_WIDTH)} ${text}`));
    },
    done(name, text) {
      clear();
      line(paint(32, '✓'), name, text);
    },
    /** Something a person may want to know that is not the outcome of the step. */
    note(name, text) {
      clear();
      line(paint(33, '·'), name, text);
    },
    stop(error) {
      clear();
      stream.write(`${paint(31, '✗')} set-up stopped: ${error.message}\n`);
      for (const instruction of error.instructions) stream.write(`  ${instruction}\n`);
    },
  };
}
