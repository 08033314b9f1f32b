// The batch answer, which every other run of the same rows is compared with.
import { assemble, withUpstreams } from '#actors/assemble.ts';
import { Lane } from '#actors/lane.ts';
import { sourceId } from '#domain/bar.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import type { NodeID } from '#domain/node-spec.ts';
import type { LogEntry } from '#bus/bus.ts';
import { decodeFrame } from '#bus/frame.ts';
import { NodeIndex } from '#supervisor/node-index.ts';
import type { NodeRecord } from '#supervisor/records.ts';

export interface NodeRows {
  first: number;
  /** t, then the outputs. */
  columns: number[][];
}

/** Rows of every computed node, from one append per chunk of the plan, source after source. */
export function batchRows(spec: StrategySpec, data: ReadonlyMap<string, readonly Float64Array[]>): Map<NodeID, NodeRows> {
  const { plan, sources, computed } = assemble(spec.nodes, 1000);
  const rows = new Map<NodeID, NodeRows>(computed.map((node) => [node.id, { first: -1, columns: [[], ...node.spec.schema.outputs.map(() => [])] }]));
  for (const source of sources.values()) {
    const columns = data.get(sourceId(source))!;
    for (let from = 0; from < columns[0]!.length; from += 1000) {
      plan.append(sourceId(source), columns, from, Math.min(from + 1000, columns[0]!.length), () => {
        for (const [id, node] of rows) {
          const fresh = plan.rowsOf(id);
          if (fresh.count > 0 && node.first < 0) node.first = fresh.first;
          [fresh.t, ...fresh.columns].forEach((column, c) => node.columns[c]!.push(...column.subarray(0, fresh.count)));
        }
      });
    }
  }
  return rows;
}

/** Rows of nodes that follow from entries of the input log, from one lane over all of them: what tag queries are told is among them. */
export function logRows(records: ReadonlyMap<NodeID, NodeRecord>, entries: readonly LogEntry[], ids: readonly NodeID[]): Map<NodeID, NodeRows> {
  const index = new NodeIndex(records);
  const origins = new Map([...records.values()].flatMap(({ slot }) => [...index.wantedOf(slot).origins]));
  const lane = new Lane(withUpstreams(new Set(ids), index.complete), new Set(ids), origins);
  lane.apply(entries);
  const frames = Map.groupBy(lane.takeFrames(0), ({ node }) => node);
  return new Map(ids.map((id) => [id, rowsOfFrames((frames.get(id) ?? []).map(({ bytes }) => ({ subject: id, sequence: 0, data: bytes })))]));
}

/** Puts the frames of one subject together, failing on a row that is missing or doubled. */
export function rowsOfFrames(entries: readonly LogEntry[]): NodeRows {
  const rows: NodeRows = { first: -1, columns: [] };
  for (const entry of entries) {
    const frame = decodeFrame(entry.data, entry.subject);
    if (rows.first < 0) Object.assign(rows, { first: frame.first, columns: frame.columns.map(() => []) });
    const due = rows.first + rows.columns[0]!.length;
    // Thousands of these in a simulation: a plain comparison.
    if (frame.first !== due) throw new Error(`${entry.subject}: rows missing or doubled: ${frame.first} instead of ${due}`);
    frame.columns.forEach((column, c) => rows.columns[c]!.push(...column));
  }
  return rows;
}

/** Bit for bit: NaN is NaN and 0 is not -0. */
export function expectSameBits(actual: NodeRows, expected: NodeRows, what: string): void {
  if (actual.first !== expected.first) throw new Error(`${what}: the first row is ${actual.first} instead of ${expected.first}`);
  for (const [c, column] of expected.columns.entries()) {
    const got = actual.columns[c]!;
    if (got.length !== column.length) throw new Error(`${what}: ${got.length} rows instead of ${column.length}`);
    const at = column.findIndex((value, row) => !Object.is(value, got[row]));
    if (at >= 0) throw new Error(`${what}: column ${c} differs first at row ${at}: ${got[at]} instead of ${column[at]}`);
  }
}
