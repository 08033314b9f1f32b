import { expect, test } from 'vitest';

import { createMetrics } from '#telemetry/metrics.ts';
import { NODE_SERIES_MAX, nodeBytesOf, nodeBytesTogether } from '#telemetry/node-bytes.ts';

const sample = (text: string, name: string): string | undefined => text.split('\n').find((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));

test('the metrics of the contract and those beside them are exposed, each with its type', async () => {
  const text = await createMetrics().render();
  const types = text.split('\n').filter((line) => line.startsWith('# TYPE qmtl_'));
  expect(types.toSorted()).toEqual([
    '# TYPE qmtl_diff_duration_ms histogram',
    '# TYPE qmtl_log_bytes gauge',
    '# TYPE qmtl_log_entries gauge',
    '# TYPE qmtl_log_held_entries gauge',
    '# TYPE qmtl_nodecache_resident_bytes gauge',
    '# TYPE qmtl_queue_reuse_ratio gauge',
    '# TYPE qmtl_sentinel_gap_count gauge',
    '# TYPE qmtl_uneven_rows gauge',
  ]);
});

test('what any Node process tells stands beside them: memory, event loop, collector', async () => {
  const text = await createMetrics().render();
  for (const name of ['nodejs_heap_size_used_bytes', 'process_resident_memory_bytes']) expect(Number(sample(text, name)?.split(' ')[1])).toBeGreaterThan(1e6);
  for (const name of ['nodejs_eventloop_lag_seconds', 'nodejs_gc_duration_seconds']) expect(text).toContain(`# TYPE ${name} `);
});

test('a diff falls into the buckets at and above its duration', async () => {
  const metrics = createMetrics();
  metrics.diffTook(7);
  metrics.diffTook(80);
  const text = await metrics.render();
  expect(text).toContain('qmtl_diff_duration_ms_bucket{le="5"} 0');
  expect(text).toContain('qmtl_diff_duration_ms_bucket{le="10"} 1');
  expect(text).toContain('qmtl_diff_duration_ms_bucket{le="80"} 2');
  expect(text).toContain('qmtl_diff_duration_ms_sum 87');
  expect(text).toContain('qmtl_diff_duration_ms_count 2');
});

test('gauges say the last value', async () => {
  const metrics = createMetrics();
  metrics.sentinelGaps(3);
  metrics.queueReuse(0.25);
  const text = await metrics.render();
  expect(sample(text, 'qmtl_sentinel_gap_count')).toBe('qmtl_sentinel_gap_count 3');
  expect(sample(text, 'qmtl_queue_reuse_ratio')).toBe('qmtl_queue_reuse_ratio 0.25');
});

test('the cache is shown in total and per node, and a retired node loses its series', async () => {
  const metrics = createMetrics();
  metrics.nodecacheResident(4096, nodeBytesOf([['aa', 1024], ['bb', 2048]]));
  expect(await metrics.render()).toContain('qmtl_nodecache_resident_bytes{scope="node",node="bb"} 2048');
  metrics.nodecacheResident(1024, nodeBytesOf([['aa', 1024]]));
  const text = await metrics.render();
  expect(text).toContain('qmtl_nodecache_resident_bytes{scope="total"} 1024');
  expect(text).not.toContain('node="bb"');
});

test('a large DAG shows its largest nodes, and the rest as one sum', async () => {
  const metrics = createMetrics();
  const nodes = Array.from({ length: NODE_SERIES_MAX + 3 }, (_, index) => [`n${index}`, 10 + index] as const);
  // As the parts of a member tell it, each of its own nodes.
  metrics.nodecacheResident(99_999, nodeBytesTogether([nodeBytesOf(nodes.slice(0, 2)), nodeBytesOf(nodes.slice(2, 70)), nodeBytesOf(nodes.slice(70))]));
  const text = await metrics.render();
  expect(text.split('\n').filter((line) => line.includes('scope="node"'))).toHaveLength(NODE_SERIES_MAX);
  expect(text).toContain(`qmtl_nodecache_resident_bytes{scope="rest"} ${10 + 11 + 12}`);
});

test('rows that are late or missing are shown by node, and a retired node loses its series', async () => {
  const metrics = createMetrics();
  metrics.unevenRows(new Map([['aa', { late: 3 }], ['bb', { missing: 4 }]]));
  expect(await metrics.render()).toContain('qmtl_uneven_rows{node="aa",kind="late"} 3');
  metrics.unevenRows(new Map([['bb', { missing: 5 }]]));
  const text = await metrics.render();
  expect(text).toContain('qmtl_uneven_rows{node="bb",kind="missing"} 5');
  expect(text).not.toContain('node="aa"');
});

test('a ratio above one or a negative count is a bug, not a metric', () => {
  const metrics = createMetrics();
  expect(() => metrics.queueReuse(1.01)).toThrow('not a ratio');
  expect(() => metrics.sentinelGaps(-1)).toThrow('not a count');
  expect(() => metrics.diffTook(Number.NaN)).toThrow('cannot take');
});

test('two registries in one process do not share series', async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.sentinelGaps(5);
  expect(sample(await other.render(), 'qmtl_sentinel_gap_count')).toBe('qmtl_sentinel_gap_count 0');
});
