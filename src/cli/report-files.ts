// The files of `qmtl backtest --report`: the page, and beside it the same result as JSON.
import { Fault } from '#domain/fault.ts';
import type { BacktestResult } from '#sdk/backtest.ts';
import type { Strategy } from '#sdk/strategy.ts';
import type { SweepResult } from '#sdk/sweep.ts';
import { readTextFile, writeFile } from './files.ts';
import { reportOf } from './report-input.ts';
import { heatMapOf } from './sweep-files.ts';

export interface ReportFlags {
  readonly data: readonly string[];
  /** The page. */
  readonly report: string;
  readonly beside: readonly Strategy[];
  /** What `qmtl sweep --out` wrote: sweep.json. */
  readonly sweep?: string;
}

/** Writes both and answers the path of the JSON. Throws DATA_FILE_UNREADABLE and USAGE for a sweep that is none, and what loading a strategy throws. */
export async function writeReport(result: BacktestResult, answer: unknown, { data, report, beside, sweep }: ReportFlags): Promise<string> {
  const page = reportOf(result, {
    files: data,
    beside: beside.map((other) => other.declare()),
    ...(sweep !== undefined && { search: heatMapOf(readSweep(sweep)) }),
  });
  const json = `${report.replace(/\.html?$/i, '')}.json`;
  writeFile(report, page);
  writeFile(json, `${JSON.stringify(answer, null, 2)}\n`);
  return json;
}

function readSweep(path: string): SweepResult {
  const refused = (why: string): Fault => new Fault('USAGE', `--sweep ${path} ${why}`, { cure: 'give the sweep.json that `qmtl sweep --out` wrote' });
  const text = readTextFile(path);
  let found: Partial<SweepResult>;
  try {
    found = JSON.parse(text) as SweepResult;
  } catch {
    throw refused('is no JSON');
  }
  if (!Array.isArray(found.rows) || typeof found.objective !== 'string' || !Array.isArray(found.warnings)) throw refused('is no result of a sweep');
  return found as SweepResult;
}
