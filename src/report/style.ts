// The look of a report: two palettes, one column that becomes two where there is room, tables that scroll by themselves, ink on paper when printed.
// Gain and loss are a bluish green and a vermilion, which also those tell apart who do not see red or green (Okabe and Ito 2008).

const LIGHT = `--page: #f5f5f2; --card: #ffffff; --ink: #191c21; --muted: #5d6673; --line: #e2e2dc; --grid: #ecece7; --band: #c3c9d3;
    --accent: #2c57c9; --good: #00745a; --bad: #bb3f0a; --price: #4b5566; --up: #1d8a72; --down: #d1541a;`;
const DARK = `--page: #0d0f13; --card: #15181e; --ink: #e7e9ed; --muted: #98a1b0; --line: #2a2f38; --grid: #21252d; --band: #3d4655;
    --accent: #82a6ff; --good: #35cfa0; --bad: #ff8a52; --price: #b3bccb; --up: #35b894; --down: #f07f48;`;

export const REPORT_STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
}
main { max-width: 1160px; margin: 0 auto; padding: 44px 24px 64px; }
h1 { font-size: 38px; line-height: 1.12; letter-spacing: -0.025em; font-weight: 680; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 17px; font-weight: 650; letter-spacing: -0.005em; margin: 0; }
h3 { font-size: 14px; font-weight: 600; margin: 0; }
h2 small, h3 small { color: var(--muted); font-size: 13px; font-weight: 400; letter-spacing: 0; margin-left: 6px; }
section { margin-top: 44px; }
section > h2 + * { margin-top: 12px; }
.kind { margin: 0 0 6px; color: var(--accent); font-size: 12px; font-weight: 650; letter-spacing: 0.09em; text-transform: uppercase; }
.lead { margin: 10px 0 0; color: var(--muted); }
.chips { display: flex; flex-wrap: wrap; gap: 6px; margin: 14px 0 0; padding: 0; list-style: none; font-size: 13px; }
.chips li { padding: 2px 10px; border: 1px solid var(--line); border-radius: 99px; background: var(--card); overflow-wrap: anywhere; }
.chips span { color: var(--muted); }
.balance { margin: 22px 0 0; font-size: 22px; color: var(--muted); letter-spacing: -0.01em; }
.balance strong { color: var(--ink); font-weight: 650; }
.warning, .warnings { margin: 18px 0 0; padding: 10px 14px; border-left: 3px solid var(--bad); border-radius: 0 8px 8px 0; background: var(--card); font-size: 14px; }
.warnings h2 { font-size: 14px; }
.warnings ul { margin: 4px 0 0; padding-left: 18px; overflow-wrap: anywhere; }
.good, .buy { color: var(--good); }
.bad, .sell { color: var(--bad); }
.headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(158px, 1fr)); gap: 12px; margin: 28px 0 0; }
.card, .charts, .scroll, .sheet, .plot, .groups table { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.card { padding: 14px 16px; }
.card dt { color: var(--muted); font-size: 13px; }
.card dd { margin: 2px 0 0; font-size: 25px; font-weight: 650; letter-spacing: -0.015em; white-space: nowrap; }
.charts { margin-top: 24px; padding: 16px 20px 10px; outline-offset: 3px; }
.tools { display: flex; flex-wrap: wrap; gap: 6px; justify-content: flex-end; margin-bottom: 4px; }
button, select { font: inherit; font-size: 13px; line-height: 1; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 7px; padding: 6px 11px; cursor: pointer; }
button:hover:not(:disabled) { border-color: var(--muted); }
button:disabled { color: var(--muted); opacity: 0.55; cursor: default; }
button[aria-pressed="true"] { color: var(--card); background: var(--muted); border-color: var(--muted); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
figure { margin: 0 0 14px; }
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px; min-height: 26px; }
figcaption h2 { font-size: 14px; }
figcaption select { padding: 3px 6px; margin-left: 8px; }
output { color: var(--muted); font-size: 13px; white-space: pre-wrap; }
figcaption output { text-align: right; }
canvas { display: block; width: 100%; cursor: crosshair; touch-action: pan-y; user-select: none; }
canvas.tall { height: 270px; }
canvas.low { height: 112px; }
canvas.strip { height: 40px; cursor: grab; touch-action: none; }
.note { margin: 8px 0 6px; color: var(--muted); font-size: 13px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 0 20px; }
.pair > * { min-width: 0; }
.groups { columns: 3 300px; column-gap: 12px; margin-top: 12px; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
.groups table { border-collapse: separate; border-spacing: 0; padding: 4px 16px 6px; margin-bottom: 12px; break-inside: avoid; }
.groups th[colspan] { color: var(--muted); font-size: 12px; font-weight: 650; letter-spacing: 0.05em; text-transform: uppercase; }
th { font-weight: 500; text-align: left; }
td { text-align: right; white-space: nowrap; }
.groups th, .groups td { padding: 7px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
.groups tr:last-child > * { border-bottom: 0; }
.groups td { font-weight: 600; padding-left: 12px; }
th small { display: block; color: var(--muted); font-size: 12px; font-weight: 400; line-height: 1.35; }
.scroll { overflow-x: auto; margin-top: 12px; }
.scroll th, .scroll td { padding: 7px 10px; }
.scroll thead th { color: var(--muted); font-size: 12px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
.scroll thead th:first-child { text-align: left; }
.months th[scope="row"] { position: sticky; left: 0; background: var(--card); }
.months .heat { background: color-mix(in srgb, var(--tone) calc(var(--heat) * 0.42), transparent); }
.months .flat { color: var(--muted); }
.months .total { font-weight: 650; border-left: 1px solid var(--line); }
.list td:first-child { color: var(--muted); text-align: left; }
.list tbody tr:nth-child(even) { background: color-mix(in srgb, var(--grid) 45%, transparent); }
.sheet { padding: 6px 18px; margin-top: 12px; }
.costs th, .costs td { padding: 10px 0; border-bottom: 1px solid var(--grid); }
.costs tr:last-child > * { border-bottom: 0; }
.costs .total > * { font-weight: 650; }
.costs td { padding-left: 14px; }
.costs .bar { width: 34%; }
.costs i { display: block; height: 10px; min-width: 1px; border-radius: 3px; }
i.gain { background: var(--good); }
i.loss { background: var(--bad); }
.plot { display: block; width: 100%; height: auto; font-size: 12px; margin-top: 12px; }
.plot line { stroke: var(--grid); }
.plot text { fill: var(--muted); }
.plot .gain { fill: var(--good); }
.plot .loss { fill: var(--bad); }
.plot rect { opacity: 0.75; }
.plot .curve { fill: none; stroke: var(--ink); stroke-width: 1.4; }
.plot line.tail { stroke: var(--ink); stroke-dasharray: 4 3; }
.plot text.tail { fill: var(--ink); paint-order: stroke; stroke: var(--card); stroke-width: 4px; }
.plot line.zero { stroke: var(--muted); }
.plot line.limit { stroke: var(--muted); stroke-dasharray: 4 4; }
.plot .dots { fill: none; stroke-linecap: round; stroke-width: 4.5; opacity: 0.55; }
.plot .won { stroke: var(--good); }
.plot .lost { stroke: var(--bad); }
.pair figure { margin-top: 12px; }
.graph svg { display: block; width: 100%; height: auto; margin: 0 auto; font-size: 12px; }
.graph .edge { fill: none; stroke: var(--muted); stroke-width: 1.2; opacity: 0.6; }
.graph .edge.lit { stroke: var(--accent); stroke-width: 2.4; opacity: 1; }
.graph .box { fill: var(--page); stroke: var(--line); stroke-width: 1.2; }
.graph .stream .box { fill: color-mix(in srgb, var(--accent) 12%, var(--card)); stroke: var(--accent); }
.graph .custom .box, .graph .wasm .box { fill: color-mix(in srgb, var(--bad) 8%, var(--card)); }
.graph .account .box { fill: color-mix(in srgb, var(--good) 12%, var(--card)); stroke: var(--good); }
.graph .shared .box { stroke-width: 2.2; stroke-dasharray: 5 2; stroke: var(--bad); }
.graph .node:hover .box, .graph .node:focus-visible .box { stroke: var(--ink); }
.graph .name { font-weight: 600; font-size: 13px; fill: var(--ink); }
.graph .settings { fill: var(--muted); }
.graph .badge rect { fill: var(--accent); }
.graph .badge.other rect { fill: var(--bad); }
.graph .badge text { fill: var(--card); font-size: 11px; font-weight: 650; }
span.badge { padding: 0 7px; border-radius: 8px; background: var(--accent); color: var(--card); font-size: 11px; font-weight: 650; }
span.badge.other { background: var(--bad); }
#graph-value { display: block; min-height: 40px; overflow-wrap: anywhere; }
.more { margin-top: 12px; }
summary { cursor: pointer; }
summary h2, summary h3 { display: inline; }
footer { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(340px, 100%), 1fr)); gap: 0 40px; margin-top: 52px; border-top: 1px solid var(--line); font-size: 13px; color: var(--muted); }
footer section { margin-top: 22px; min-width: 0; }
footer h2 { color: var(--ink); font-size: 15px; }
footer dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 10px 0 0; }
footer dd { margin: 0; color: var(--ink); overflow-wrap: anywhere; }
@media (max-width: 640px) {
  main { padding: 26px 14px 44px; }
  h1 { font-size: 29px; }
  section { margin-top: 34px; }
  .headlines { grid-template-columns: 1fr 1fr; gap: 8px; }
  .card { padding: 10px 12px; }
  .card dd { font-size: 20px; }
  .charts { padding: 12px 10px 6px; }
  .tools { justify-content: flex-start; }
  canvas.tall { height: 220px; }
  canvas.low { height: 100px; }
  .sheet { padding: 4px 12px; }
  .costs .bar { display: none; }
}
@media print {
  :root { color-scheme: light; ${LIGHT} --page: #fff; --ink: #000; }
  main { max-width: none; padding: 0; }
  body { font-size: 12px; }
  section { margin-top: 22px; }
  .headlines { grid-template-columns: repeat(6, 1fr); gap: 8px; }
  .card { padding: 10px 12px; }
  .card dd { font-size: 18px; }
  h2, h3, summary { break-after: avoid; }
  .card, .groups table, figure, tr, .plot, .sheet, #months, #drawdowns, #trips, #dag, .pair, footer { break-inside: avoid; }
  .scroll { overflow: visible; border: 0; }
  .graph svg { max-width: 100%; height: auto; }
  .tools, .strip, .charts .note, #graph-value, details:not([open]) { display: none; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
