// How an error reads:
//
//   error: cluster.yml:3:9: gateway.httpPort must be a whole number from 0 to 65535; found 70000
//   where: …                    when the fault knows a place its message does not name
//   cure: …
//
// With --json the same as one JSON object on stderr: { "error": { "code", "message", "cure", "data" } }.

import { isFault } from '#domain/fault.ts';
import type { Output } from './output.ts';
import { EXIT, exitOf } from './exit.ts';

/** Says the error and answers the exit code. A bug shows its stack: whoever reports it needs that. */
export function reportError(error: unknown, out: Output, asJson: boolean): number {
  if (asJson) {
    out.stderr.write(`${JSON.stringify({ error: errorAsData(error) })}\n`);
    return exitOf(error);
  }
  const label = (text: string): string => out.paintError('bold', text);
  if (!isFault(error)) {
    out.note(`${out.paintError('red', 'bug:')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    out.note(`${label('cure:')} this is a mistake in QMTL, not in what you did; please report it with the lines above`);
    return EXIT.FAILURE;
  }
  out.note(`${out.paintError('red', 'error:')} ${error.message}`);
  const where = placeOf(error.data);
  if (where !== undefined && !error.message.includes(where)) out.note(`${label('where:')} ${where}`);
  if (error.cure !== undefined) out.note(`${label('cure:')} ${error.cure}`);
  return exitOf(error);
}

function errorAsData(error: unknown): Record<string, unknown> {
  if (isFault(error)) return { code: error.code, message: error.message, cure: error.cure, data: error.data, retry: error.retry };
  return error instanceof Error ? { code: 'BUG', message: error.message, stack: error.stack } : { code: 'BUG', message: String(error) };
}

/** `file:line:column` as far as the fault's data go. */
function placeOf(data: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof data['where'] === 'string') return data['where'];
  const file = data['file'] ?? data['path'];
  if (typeof file !== 'string') return undefined;
  const position = [data['line'], data['column']].filter((part) => typeof part === 'number');
  return [file, ...position].join(':');
}
