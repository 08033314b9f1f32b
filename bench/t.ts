import { int, Runner } from '#sdk/mod.ts';
import goldenCross from '../examples/golden-cross.ts';
import { barsOf } from './backtest/bars.ts';
const data = barsOf(500_000);
for (let r = 0; r < 6; r++) for (const threads of [1, 2]) { (globalThis as any).T0 = performance.now(); const { elapsedMs } = await Runner.sweep(goldenCross, { data, start: 0, end: 1e14, account: { feeBps: 10 }, objective: 'equityFinal', space: { fast: int(5, 14), slow: int(20, 65, 5) }, threads }); console.log(threads, elapsedMs.toFixed(0)); }
