// What a log of a test's own holds.
import type { Bus, LogEntry, StreamName } from '#bus/bus.ts';

/** All entries on some subjects up to the last one now. */
export async function entriesOn(bus: Bus, stream: StreamName, ...filters: string[]): Promise<LogEntry[]> {
  const last = Math.max(...(await Promise.all(filters.map((filter) => bus.last(stream, filter)))).map((entry) => entry?.sequence ?? 0));
  const entries: LogEntry[] = [];
  if (last === 0) return entries;
  const reader = await bus.read(stream, filters, 1);
  while ((entries.at(-1)?.sequence ?? 0) < last) entries.push(...((await reader.take()) ?? []));
  reader.close();
  return entries;
}
