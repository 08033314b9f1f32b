// What determines a backtest, part by part, and what came out of it: equal parts give equal results.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { BacktestRun } from '#actors/backtest.ts';
import { type BarColumns, type Source, type SourceID, sourceId, sourceName } from '#domain/bar.ts';
import { canonicalJson } from '#domain/node-id.ts';
import { sha256 } from '#domain/sha256.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';

export interface RunIdentity {
  /** SHA-256 over the kernels with their versions and the functions of the author, in the order of the nodes. */
  readonly code: string;
  /** SHA-256 over the params of the strategy and of every node, the account's terms among them. */
  readonly params: string;
  /** SHA-256 over the bars of each source in the span. */
  readonly data: Readonly<Record<string, string>>;
  /** Version of QMTL. */
  readonly version: string;
}

export function identityOf(spec: StrategySpec, sources: readonly Source[], data: ReadonlyMap<SourceID, BarColumns>): RunIdentity {
  const nodes = spec.nodes.map(({ spec: node }) => node);
  return {
    code: sha256(canonicalJson(nodes.map(({ nodeType, code, schema }) => [nodeType, code, schema]))),
    params: sha256(canonicalJson([spec.params, nodes.map(({ config }) => ('params' in config ? config.params : null))])),
    data: Object.fromEntries(sources.map((source) => [sourceName(source), hashOf(data.get(sourceId(source))!)])),
    version: (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version,
  };
}

/** Names the run: the identity, and how its nodes hang together. */
export function fingerprintOf(spec: StrategySpec, identity: RunIdentity): string {
  return sha256(canonicalJson({ ...identity, nodes: spec.nodes.map(({ id }) => id), target: spec.target ?? null }));
}

/** SHA-256 over the bits of equity, position and every trade. */
export function resultOf({ equity, position, trades }: Pick<BacktestRun, 'equity' | 'position' | 'trades'>): string {
  const hash = createHash('sha256');
  for (const column of [equity, position]) hash.update(bytesOf(column));
  for (const { ts, side, quantity, price, fee } of trades) hash.update(bytesOf(Float64Array.of(ts, side === 'buy' ? 1 : -1, quantity, price, fee)));
  return hash.digest('hex');
}

function hashOf(columns: BarColumns): string {
  const hash = createHash('sha256');
  for (const column of columns) hash.update(bytesOf(column));
  return hash.digest('hex');
}

function bytesOf(column: Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
