// A sweep's result as its files want it.
import type { HeatMapInput } from '#report/heat-map.ts';
import type { TableColumn } from '#feeds/parquet.ts';
import type { SweepResult } from '#sdk/sweep.ts';
import { isLessBetter, TRIAL_FIGURES } from '#search/figures.ts';

/** What its heat map shows. */
export function heatMapOf(result: SweepResult): HeatMapInput {
  const { strategy, objective, fixed, rows, best, bars, warnings } = result;
  const failed = rows.filter(({ figures }) => figures === null).length;
  return {
    title: strategy,
    objective,
    isLessBetter: isLessBetter(objective),
    fixed,
    rows: rows.map(({ params, figures }) => ({ params, figures: figures && { ...figures } })),
    best,
    bars,
    notes: failed > 0 ? [...warnings, `${failed} trials failed`] : warnings,
  };
}

/** A row for each trial: its params, its figures, and why it failed if it did. */
export function tableOf({ space, rows }: SweepResult): TableColumn[] {
  const params = Object.keys(space).map((name): TableColumn => {
    const values = rows.map((row) => row.params[name]!);
    if (values.every((value) => typeof value === 'number')) return { name, kind: 'number', values };
    return values.every((value) => typeof value === 'boolean') ? { name, kind: 'truth', values } : { name, kind: 'text', values: values.map(String) };
  });
  const figures = TRIAL_FIGURES.map((name): TableColumn => ({ name, kind: 'number', values: rows.map((row) => row.figures?.[name] ?? null) }));
  return [...params, ...figures, { name: 'failure', kind: 'text', values: rows.map((row) => row.failure?.message ?? null) }];
}
