// A strategy that runs in a cluster, as its author sees it: what computes it, and what its account does, row by row.
import type { Bus } from '#bus/bus.ts';
import { NatsBus } from '#bus/nats.ts';
import { type Subjects, subjects } from '#bus/subjects.ts';
import { eventsOf } from '#broker/event-tape.ts';
import { PAPER_OUTPUTS } from '#broker/paper.ts';
import { readTerms } from '#broker/terms.ts';
import { SystemClock } from '#clock/system.ts';
import { Fault } from '#domain/fault.ts';
import { intervalMs } from '#domain/interval.ts';
import type { ExecutionMap } from '#domain/lifecycle.ts';
import type { NodeID, OutputRef } from '#domain/node-spec.ts';
import type { OrderEvent } from '#domain/order.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';
import { newCorrelationId } from '#telemetry/log.ts';
import { ClusterForming } from './cluster-forming.ts';
import { findNode, follow, type FollowOptions } from './follow.ts';
import { submit } from './submit.ts';

/** Where a cluster is reached. */
export interface ClusterAddress {
  /** Address of its nats-server, for example `nats://127.0.0.1:4222`. */
  readonly nats: string;
  readonly tenant?: string;
}

/** What the account did on one bar: an order placed at its close, or a fill at its open. Quantities are signed, buy > 0. */
export interface AccountEvent {
  /** Number of the row. */
  readonly row: number;
  /** Open time of the bar, UTC ms. */
  readonly ts: number;
  readonly orderQuantity: number;
  readonly fillQuantity: number;
  /** NaN without a fill. */
  readonly fillPrice: number;
  readonly fee: number;
  readonly position: number;
  readonly cash: number;
  readonly equity: number;
}

/** A value of one output of a node. */
export interface NodeValue {
  readonly row: number;
  readonly ts: number;
  readonly value: number;
}

/** Rows whose times are kept for events that are told late. */
const LATE_ROWS_MAX = 4_096;

const ORDER = PAPER_OUTPUTS.indexOf('orderQuantity');
const FILL = PAPER_OUTPUTS.indexOf('fillQuantity');

export class ClusterRun {
  readonly strategyId: string;
  /** Who computes each node, and whether it was there already. */
  readonly map: ExecutionMap;
  readonly spec: StrategySpec;
  /** @internal */
  readonly bus: Bus;
  readonly #subjects: Subjects;

  private constructor(spec: StrategySpec, strategyId: string, map: ExecutionMap, bus: Bus, names: Subjects) {
    this.spec = spec;
    this.strategyId = strategyId;
    this.map = map;
    this.bus = bus;
    this.#subjects = names;
  }

  /** Publishes a strategy. Throws NATS_UNREACHABLE, CLUSTER_NOT_READY, or what the gateway refuses it for. */
  static async start(spec: StrategySpec, { nats, tenant = 'default' }: ClusterAddress): Promise<ClusterRun> {
    const names = subjects(tenant);
    const bus = await NatsBus.connect({ url: nats, subjects: names, clock: new SystemClock(), name: `strategy ${spec.name}` });
    try {
      const { strategyId, map } = await submit(bus, names, spec, newCorrelationId());
      return new ClusterRun(spec, strategyId, map, bus, names);
    } catch (error) {
      await bus.close();
      throw error;
    }
  }

  /** Values of an output as they are committed, each once and in order. `from: 'first'` begins with the first that the log still has; `onFirst` tells which. Throws LOG_GAP at a hole. */
  async *values({ node, output }: OutputRef, options: FollowOptions): AsyncGenerator<NodeValue> {
    const record = await findNode(this.bus, node);
    const column = record.node.spec.schema.outputs.indexOf(output);
    for await (const rows of follow(this.bus, this.#subjects, record, options)) {
      for (let k = 0; k < rows.count; k++) yield { row: rows.first + k, ts: rows.t[k]!, value: rows.columns[column]![k]! };
    }
  }

  /** Orders and fills of the strategy's account as they are committed. Throws SPEC_INVALID for a strategy without a target. */
  async *account(options: FollowOptions): AsyncGenerator<AccountEvent> {
    const { target } = this.spec;
    if (!target) throw new Fault('SPEC_INVALID', `strategy ${this.spec.name} has no target, so it has no account`, { cure: 'return { target } from build' });
    const record = await findNode(this.bus, target.account);
    for await (const rows of follow(this.bus, this.#subjects, record, options)) {
      for (let k = 0; k < rows.count; k++) {
        if (rows.columns[ORDER]![k] === 0 && rows.columns[FILL]![k] === 0) continue;
        const values = Object.fromEntries(PAPER_OUTPUTS.map((name, c) => [name, rows.columns[c]![k]!])) as unknown as Omit<AccountEvent, 'row' | 'ts'>;
        yield { row: rows.first + k, ts: rows.t[k]!, ...values };
      }
    }
  }

  /** Every order and fill of an account by orders as its rows are committed, each once and in order. Throws SPEC_INVALID for any other strategy. */
  async *orderEvents(options: FollowOptions): AsyncGenerator<OrderEvent> {
    const { target } = this.spec;
    const record = target && (await findNode(this.bus, target.account));
    const account = record?.node.spec;
    if (account?.nodeType !== 'account' || account.code.account !== 'orders') {
      throw new Fault('SPEC_INVALID', `strategy ${this.spec.name} has no account that is asked for orders`, { cure: 'return { account } from build, or read account()' });
    }
    const { outputs } = account.schema;
    const instruments = readTerms(account.config.params, intervalMs(account.config.interval)).instruments.map(({ name }) => name);
    const times = new Map<number, number>();
    for await (const rows of follow(this.bus, this.#subjects, record!, options)) {
      yield* eventsOf(rows, outputs, instruments, (row) => times.get(row) ?? Number.NaN);
      for (let k = 0; k < rows.count; k++) times.set(rows.first + k, rows.t[k]!);
      // An event is told as many rows late as its row had more of them than places; nobody waits longer than this.
      for (const row of times.keys()) if (row < rows.first + rows.count - LATE_ROWS_MAX) times.delete(row);
    }
  }

  /** Its nodes as they stand, to ask what the bar that forms would bring. To be closed when it is asked no more. Throws LOG_GAP when neither log nor uploads hold what a node needs. */
  forming(): Promise<ClusterForming> {
    return ClusterForming.of(this.bus, this.#subjects, new SystemClock(), this.spec);
  }

  /** @internal Subject of a live account's journal. */
  journalOf(account: NodeID): string {
    return this.#subjects.journal(account);
  }

  /** Ends the connection. The strategy runs on in the cluster. */
  async close(): Promise<void> {
    await this.bus.close();
  }
}
