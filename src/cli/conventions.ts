// The rules an account followed, in words, from the params of its node.
import { formatDuration } from '#analysis/format.ts';
import type { AccountSpec, Params, ParamValue } from '#domain/node-spec.ts';

/** Prefixes of params that belong together, and their labels. */
const GROUPS = { fee: 'Fee', slippage: 'Slippage', impact: 'Impact', session: 'Session', risk: 'Risk limits' } as const;
/** Params that are no rule: the opening cash is told elsewhere, and what is traded and how wide a row is are the account's own affair. */
const UNTOLD = /^(cash|instruments|eventsPerRow|fillAt|param_|actions)/;
const SMALLEST = 1e-8; // of a price and a quantity; a tick or lot of it is no limit

export function conventionsOf(account: AccountSpec | undefined, intervalMs: number): Record<string, string> {
  return {
    ...(account?.code.account === 'paper' ? targetRules(account.config.params) : {}),
    ...(account?.code.account === 'orders' ? orderRules(account.config.params) : {}),
    Amounts: 'exact, in units of 0.00000001; marked at the close',
    Bar: intervalMs > 0 ? `${formatDuration(intervalMs)}, times are those of the open, UTC` : 'times are those of the open, UTC',
    Annualised: 'by the bars per year of the data itself; risk-free rate 0',
  };
}

function targetRules({ feeBps, slippageBps }: Params): Record<string, string> {
  return {
    Decision: 'a target is read at the close of a bar',
    Fill: 'orders fill at the open of the next bar',
    Fee: `${String(feeBps)} bps per side`,
    Slippage: `${String(slippageBps)} bps`,
  };
}

function orderRules(params: Params): Record<string, string> {
  const told = Object.entries(params).filter(([name, value]) => !UNTOLD.test(name) && !isSmallest(value));
  const prefixOf = (name: string): keyof typeof GROUPS | undefined => (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).find((prefix) => name.startsWith(`${prefix}_`));
  const groups = Map.groupBy(told, ([name]) => prefixOf(name) ?? name);
  const rules = [...groups].map(([group, entries]): [string, string] => {
    const label = GROUPS[group as keyof typeof GROUPS];
    if (label === undefined) return [sentence(group), spell(entries[0]![1])];
    return [label, entries.map(([name, value]) => (name === `${group}_model` ? String(value) : `${words(name.slice(group.length + 1))} ${spell(value)}`)).join(', ')];
  });
  return {
    Decision: 'orders are placed at the close of a bar',
    Fill: params.fillAt === 'same-close' ? 'at the close they were decided on: nobody trades like that' : 'with the bars after it: market orders at the next open, others where the bar reaches them',
    ...Object.fromEntries(rules),
  };
}

function isSmallest(value: ParamValue): boolean {
  return Array.isArray(value) && value.every((each) => each === SMALLEST);
}

function spell(value: ParamValue): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** `borrowBps` → `borrow bps`. */
function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function sentence(name: string): string {
  const text = words(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
