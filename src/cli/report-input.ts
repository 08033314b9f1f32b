// A backtest's result as the report and the terminal summary want it.
import { report } from '#report/page.ts';
import { summary } from '#analysis/summary.ts';
import { medianStep } from '#feeds/spacing.ts';
import { sourceName } from '#domain/bar.ts';
import type { AccountTerms } from '#domain/strategy-spec.ts';
import type { BacktestResult } from '#sdk/backtest.ts';
import { sourcesOf } from '#sdk/backtest.ts';

const CLOSE = 4;
/** Shown where a strategy trades nothing. */
const NO_TERMS: AccountTerms = { cash: 0, feeBps: 0, slippageBps: 0 };

function common(result: BacktestResult) {
  const { strategy, params, spec, run, metrics, account, warnings } = result;
  const source = spec.target?.source ?? sourcesOf(spec)[0]!;
  return { title: strategy, params, source: sourceName(source), intervalMs: medianStep(run.t), t: run.t, equity: run.equity, metrics, terms: account ?? NO_TERMS, warnings };
}

/** The page of `--report`. */
export function reportOf(result: BacktestResult, files: readonly string[]): string {
  const target = result.spec.target;
  return report({
    ...common(result),
    close: result.columns[CLOSE]!,
    trades: result.trades,
    fingerprint: { data: files.join(', '), run: result.fingerprint, ...(target && { ...(target.ref && { target: target.ref.node }), account: target.account }) },
  });
}

export function summaryOf(result: BacktestResult, colour: boolean): string {
  return summary({ ...common(result), elapsedMs: result.elapsedMs }, { colour });
}
