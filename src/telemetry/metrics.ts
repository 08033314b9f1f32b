// The metrics of QMTL, as functions with types: nobody else knows a metric's name. Home of prom-client.
//
// M1. A process has its own registry; two roles in one process (tests) never share a series.
// M2. Names are a contract with dashboards and alerts: they stay as they are.
// M3. Series per metric are bounded, whatever the DAG's size.
// Beside them stand what prom-client tells of any Node process under the usual names: process_*, nodejs_* (memory, event loop, collector).

import assert from 'node:assert/strict';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { NodeBytes } from './node-bytes.ts';

/** 10 is what a diff should take, 80 what it may take (p95 of a 1,000-node strategy), 200 what an alert fires on. */
const DIFF_BUCKETS_MS = [0.5, 1, 2, 5, 10, 20, 40, 80, 120, 200, 400, 1_000, 3_000];

export interface Metrics {
  /** `qmtl_diff_duration_ms`: one comparison of a submission with the global DAG took `ms`. */
  diffTook(ms: number): void;
  /**
   * `qmtl_nodecache_resident_bytes`: bytes the 4-D cache really holds. `total` counts everything resident
   * (scope="total"); `nodes` is a whole picture: a node not in it any more loses its series.
   */
  nodecacheResident(total: number, nodes?: NodeBytes): void;
  /** `qmtl_uneven_rows`: rows that came late or are missing, by node and kind; a whole picture like the nodes of the cache. */
  unevenRows(nodes: ReadonlyMap<string, Readonly<Record<string, number>>>): void;
  /** `qmtl_sentinel_gap_count`: buckets missing at version borders, at this moment. */
  sentinelGaps(count: number): void;
  /** `qmtl_queue_reuse_ratio`: of the nodes asked for by submissions so far, the share that already had a subject, in [0, 1]. */
  queueReuse(ratio: number): void;
  /** `qmtl_log_entries`, `qmtl_log_bytes` and `qmtl_log_held_entries`: what a stream holds, and up to how many entries it would be rid of if no slot needed them. */
  logHolds(stream: string, holds: { readonly entries: number; readonly bytes: number; readonly heldEntries: number }): void;
  /** Prometheus text format 0.0.4. */
  render(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry(); // M1
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const diff = new Histogram({
    name: 'qmtl_diff_duration_ms',
    help: 'Time to compare one submission with the global DAG, in milliseconds',
    buckets: DIFF_BUCKETS_MS,
    registers,
  });
  const nodecache = new Gauge({
    name: 'qmtl_nodecache_resident_bytes',
    help: 'Bytes resident in the 4-D cache: scope total, node (the largest) or rest',
    labelNames: ['scope', 'node'] as const,
    registers,
  });
  const uneven = new Gauge({
    name: 'qmtl_uneven_rows',
    help: 'Rows that came late or are missing, as counted by nodes with a policy for them',
    labelNames: ['node', 'kind'] as const,
    registers,
  });
  const gaps = new Gauge({
    name: 'qmtl_sentinel_gap_count',
    help: 'Buckets missing at the border between two versions of a strategy',
    registers,
  });
  const reuse = new Gauge({
    name: 'qmtl_queue_reuse_ratio',
    help: 'Share of the nodes asked for by submissions that already had a subject, 0 to 1',
    registers,
  });
  const logGauge = (name: string, help: string): Gauge<'stream'> => new Gauge({ name, help, labelNames: ['stream'] as const, registers });
  const logEntries = logGauge('qmtl_log_entries', 'Entries a stream of the log holds');
  const logBytes = logGauge('qmtl_log_bytes', 'Bytes a stream of the log takes');
  const logHeld = logGauge('qmtl_log_held_entries', 'Entries that retention would purge and a slot still needs, at most');
  nodecache.set({ scope: 'total' }, 0);

  return {
    diffTook(ms) {
      assert(ms >= 0, `a diff cannot take ${ms} ms`);
      diff.observe(ms);
    },
    nodecacheResident(total, nodes) {
      assert(total >= 0, `a cache cannot hold ${total} bytes`);
      nodecache.reset();
      nodecache.set({ scope: 'total' }, total);
      if (nodes === undefined) return;
      let rest = nodes.bytes;
      for (const [node, bytes] of nodes.largest) {
        nodecache.set({ scope: 'node', node }, bytes);
        rest -= bytes;
      }
      if (rest > 0) nodecache.set({ scope: 'rest' }, rest);
    },
    unevenRows(nodes) {
      uneven.reset();
      for (const [node, kinds] of nodes) {
        for (const [kind, rows] of Object.entries(kinds)) uneven.set({ node, kind }, rows);
      }
    },
    sentinelGaps(count) {
      assert(Number.isInteger(count) && count >= 0, `${count} is not a count`);
      gaps.set(count);
    },
    queueReuse(ratio) {
      assert(ratio >= 0 && ratio <= 1, `${ratio} is not a ratio in [0, 1]`);
      reuse.set(ratio);
    },
    logHolds(stream, { entries, bytes, heldEntries }) {
      logEntries.set({ stream }, entries);
      logBytes.set({ stream }, bytes);
      logHeld.set({ stream }, Math.max(0, heldEntries));
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
