// What an account trades, under the names it has for it.
import { sourceOf } from '#actors/assemble.ts';
import type { Source } from '#domain/bar.ts';
import { type AccountSpec, upstreamsOf } from '#domain/node-spec.ts';
import type { StrategySpec } from '#domain/strategy-spec.ts';

/** Sources by the account's names for them: one under no name (`''`) where it trades one, the one it is marked with first; none where nothing is traded. */
export function tradedSources(spec: StrategySpec): Map<string, Source> {
  const account = accountOf(spec);
  if (!spec.target || !account) return new Map();
  const names = namesOf(account);
  if (names.length === 1) return new Map([[names[0]!, spec.target.source]]);
  return new Map(
    names.map((name, k) => {
      const open = upstreamsOf(account).find((upstream) => upstream.name === `open${k}`)!;
      const stream = spec.nodes.find(({ id }) => id === open.node)!.spec;
      if (stream.nodeType !== 'stream') throw new TypeError(`the bars of ${name} come from a node that is no stream`);
      return [name, sourceOf(stream)] as const;
    }),
  );
}

/** The account of a strategy that trades. */
export function accountOf(spec: StrategySpec): AccountSpec | undefined {
  const account = spec.nodes.find(({ id }) => id === spec.target?.account)?.spec;
  return account?.nodeType === 'account' ? account : undefined;
}

function namesOf({ code, config }: AccountSpec): string[] {
  return code.account === 'orders' ? String(config.params.instruments ?? '').split(' ') : [''];
}
