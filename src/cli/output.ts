// What a command says. The answer goes to stdout, as text for people or JSON for programs; everything about the way
// there goes to stderr, so that `qmtl … | jq` always works. Colour only where a person looks.

export type Env = Readonly<Record<string, string | undefined>>;

/** The part of a stream a command needs; the process's streams in real runs, memory in tests. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** NO_COLOR and TERM=dumb switch colour off, FORCE_COLOR on, else a terminal decides (no-color.org, force-color.org). */
export function wantsColour(sink: Sink, env: Env): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  return sink.isTTY === true && env['TERM'] !== 'dumb';
}

/** How numbers are written: 12, −3.5, 1,234.50, 42.31 %, and the dash of one that is undefined. */
const FIGURE = /^(–|[-−]?[\d,]+(\.\d+)?(e[+-]?\d+)?( %)?)$/;
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof CODES;
export type Paint = (style: Style, text: string) => string;

export function painter(colour: boolean): Paint {
  return (style, text) => (colour ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

export class Output {
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Styles text for stdout. */
  readonly paint: Paint;
  /** Styles text for stderr. */
  readonly paintError: Paint;

  constructor(stdout: Sink, stderr: Sink, env: Env) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.paint = painter(wantsColour(stdout, env));
    this.paintError = painter(wantsColour(stderr, env));
  }

  /** A line of the answer. */
  line(text = ''): void {
    this.stdout.write(`${text}\n`);
  }

  /** The answer for a program: one JSON value. NaN and infinities become null, as JSON has them not. */
  json(value: unknown): void {
    this.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** One JSON value on one line, for answers that come as a stream. */
  jsonLine(value: unknown): void {
    this.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** A line beside the answer. */
  note(text: string): void {
    this.stderr.write(`${text}\n`);
  }

  /** Something to beware of, beside the answer. */
  warn(text: string): void {
    this.note(`${this.paintError('yellow', 'warning:')} ${text}`);
  }

  /** Columns as wide as their widest cell; numbers and figures to the right. */
  table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
    const isNumber = head.map((_, column) => rows.length > 0 && rows.every((row) => FIGURE.test(String(row[column] ?? ''))));
    const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => String(row[column] ?? '').length)));
    const spell = (cells: readonly (string | number)[]): string =>
      cells
        .map((cell, column) => (isNumber[column] ? String(cell).padStart(widths[column] ?? 0) : String(cell).padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd();
    this.line(this.paint('bold', spell(head)));
    for (const row of rows) this.line(spell(row));
  }
}
