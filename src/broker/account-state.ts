// What an account by orders remembers between rows, and its bytes: JSON, in which bigint is `"5n"` and NaN is `{"number":"NaN"}`.
import { Fault } from '#domain/fault.ts';
import type { LedgerState } from './ledger.ts';
import type { KeptOrder } from './open-order.ts';
import type { Day } from './session.ts';
import type { TellerState } from './teller.ts';

const VERSION = 1;

export interface AccountState {
  readonly row: number;
  readonly t: number;
  readonly day: Day;
  readonly equity: number;
  readonly equityOfDay: number;
  readonly equityPeak: number;
  readonly ordersOfDay: number;
  readonly lastOrder: number;
  readonly lastPair: number;
  readonly isMarginCall: boolean;
  readonly actionsDone: readonly number[];
  readonly ledger: LedgerState;
  readonly teller: TellerState;
  /** Events that had no place in the rows so far. */
  readonly tape: readonly number[];
  readonly orders: readonly KeptOrder[];
}

export function writeState(state: AccountState): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: VERSION, state: plain(state) }));
}

/** Throws CHECKPOINT_DAMAGED for another version. */
export function readState(bytes: Uint8Array): AccountState {
  let record: { version?: unknown; state?: unknown };
  try {
    record = JSON.parse(new TextDecoder().decode(bytes)) as typeof record;
  } catch (cause) {
    throw damaged('bytes that cannot be read', cause);
  }
  if (record.version !== VERSION) throw damaged(`version ${String(record.version)}, wanted ${VERSION}`);
  return unplain(record.state) as AccountState;
}

function damaged(what: string, cause?: unknown): Fault {
  return new Fault('CHECKPOINT_DAMAGED', `an account by orders of ${what}`, { cure: 'drop the checkpoint and replay, or read it with the version of QMTL that wrote it', cause });
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Number.isFinite(value) ? value : { number: String(value) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const key in value) copy[key] = plain((value as Record<string, unknown>)[key]);
  return copy;
}

function unplain(value: unknown): unknown {
  if (typeof value === 'string' && /^-?\d+n$/.test(value)) return BigInt(value.slice(0, -1));
  if (Array.isArray(value)) return value.map(unplain);
  if (typeof value !== 'object' || value === null) return value;
  if ('number' in value && typeof value.number === 'string') return Number(value.number);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unplain(each)]));
}

/** Rows finished by the account the bytes are a snapshot of. Throws CHECKPOINT_DAMAGED for bytes that are no snapshot of this version. */
export function rowOf(snapshot: Uint8Array): number {
  return readState(snapshot).row;
}
