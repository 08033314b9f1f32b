import { int, Runner, Strategy, StreamInput, sma } from '#sdk/mod.ts';
import { barsOf } from './backtest/bars.ts';
const units = Number(process.argv[2]);
const s = new Strategy({ name: 'fr', params: { fast: 10, slow: 30 }, build: ({ fast, slow }) => { const p = new StreamInput({ venue: 'a', instrument: 'b', interval: '1m' }); return { target: sma(p, { period: fast }).gt(sma(p, { period: slow })).times(units) }; } });
const data = barsOf(500_000); const ts: number[] = []; let f = '';
for (let k = 0; k < 8; k++) { const r = await Runner.sweep(s, { data, start: 0, end: 1e14, account: { feeBps: 10, cash: 10_000_000 }, objective: 'equityFinal', space: { slow: int(30, 34) }, threads: 1 }); if (k > 1) ts.push(r.elapsedMs); f = r.fingerprint.slice(0, 8); }
console.log(units, (Math.min(...ts) * 1e6 / 2_500_000).toFixed(1), 'ns', f);
