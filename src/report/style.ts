// The look of a report: two palettes, one column that becomes two where there is room, tables that scroll by themselves, ink on paper when printed.

export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f6f3; --card: #ffffff; --ink: #1c1f24; --muted: #667080; --line: #e3e3de; --grid: #ecece8;
  --accent: #2f5fd0; --good: #0b7f56; --bad: #c0392f; --price: #7b8494;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1014; --card: #16191f; --ink: #e6e8ec; --muted: #949dac; --line: #292e37; --grid: #21252d;
    --accent: #7ea4ff; --good: #3fcf8e; --bad: #ff7069; --price: #8b95a6;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
}
main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 56px; }
h1 { font-size: 34px; line-height: 1.15; letter-spacing: -0.02em; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 15px; font-weight: 650; margin: 0; }
h2 small { color: var(--muted); font-weight: 400; margin-left: 6px; }
section { margin-top: 32px; }
.kind { margin: 0 0 4px; color: var(--accent); font-size: 12px; font-weight: 650; letter-spacing: 0.09em; text-transform: uppercase; }
.lead { margin: 8px 0 0; color: var(--muted); }
.chips { display: flex; flex-wrap: wrap; gap: 6px; margin: 14px 0 0; padding: 0; list-style: none; font-size: 13px; }
.chips li { padding: 2px 10px; border: 1px solid var(--line); border-radius: 99px; background: var(--card); }
.chips span { color: var(--muted); }
.balance { margin: 18px 0 0; font-size: 20px; color: var(--muted); }
.balance strong { color: var(--ink); font-weight: 650; }
.warning { margin: 12px 0 0; padding: 8px 12px; border-left: 3px solid var(--bad); background: var(--card); font-size: 14px; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.buy { color: var(--good); }
.sell { color: var(--bad); }
.headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 24px 0 0; }
.card { padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.card dt { color: var(--muted); font-size: 13px; }
.card dd { margin: 2px 0 0; font-size: 24px; font-weight: 650; letter-spacing: -0.01em; white-space: nowrap; }
.charts { padding: 18px 18px 10px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
figure { margin: 0 0 10px; }
figcaption { display: flex; justify-content: space-between; gap: 16px; min-height: 24px; }
output { color: var(--muted); font-size: 13px; text-align: right; }
canvas { display: block; width: 100%; cursor: crosshair; touch-action: pan-y; user-select: none; }
canvas.tall { height: 270px; }
canvas.low { height: 130px; }
.note { margin: 4px 0 6px; color: var(--muted); font-size: 13px; }
button { margin-left: 8px; font: inherit; color: var(--accent); background: none; border: 0; padding: 0; cursor: pointer; text-decoration: underline; }
.groups { columns: 3 300px; column-gap: 12px; margin-top: 12px; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
.groups table { background: var(--card); border: 1px solid var(--line); border-radius: 10px; border-spacing: 0; border-collapse: separate; padding: 4px 16px 6px; margin-bottom: 12px; break-inside: avoid; }
.groups th:first-child[colspan] { color: var(--muted); font-size: 12px; font-weight: 650; letter-spacing: 0.05em; text-transform: uppercase; }
th { font-weight: 500; text-align: left; }
td { text-align: right; white-space: nowrap; }
.groups th, .groups td { padding: 7px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
.groups tr:last-child > * { border-bottom: 0; }
.groups td { font-weight: 600; padding-left: 12px; }
.groups small { display: block; color: var(--muted); font-size: 12px; font-weight: 400; line-height: 1.35; }
.scroll { margin-top: 12px; overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.scroll th, .scroll td { padding: 6px 10px; }
.scroll thead th { color: var(--muted); font-size: 12px; border-bottom: 1px solid var(--line); text-align: right; }
.scroll thead th:first-child { text-align: left; }
.months th[scope="row"] { position: sticky; left: 0; background: var(--card); }
.months .heat { background: color-mix(in srgb, var(--tone) calc(var(--heat) * 0.45), transparent); }
.months .flat { color: var(--muted); }
.months .total { font-weight: 650; border-left: 1px solid var(--line); }
.trades td:first-child { color: var(--muted); text-align: left; }
.trades tbody tr:nth-child(even) { background: color-mix(in srgb, var(--grid) 45%, transparent); }
.more { margin-top: 12px; }
summary { cursor: pointer; }
summary h2 { display: inline; }
footer { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 0 40px; margin-top: 40px; border-top: 1px solid var(--line); font-size: 13px; color: var(--muted); }
footer section { margin-top: 20px; min-width: 0; }
footer h2 { color: var(--ink); }
footer dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 10px 0 0; }
footer dd { margin: 0; color: var(--ink); overflow-wrap: anywhere; }
@media (max-width: 640px) {
  main { padding: 24px 14px 40px; }
  h1 { font-size: 27px; }
  .headlines { grid-template-columns: 1fr 1fr; gap: 8px; }
  .card { padding: 10px 12px; }
  .card dd { font-size: 20px; }
  .charts { padding: 14px 10px 6px; }
  canvas.tall { height: 220px; }
  canvas.low { height: 100px; }
  footer { grid-template-columns: 1fr; }
}
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --muted: #555; --line: #ccc; --grid: #e5e5e5; --accent: #2f5fd0; --good: #0b7f56; --bad: #c0392f; --price: #7b8494; }
  main { max-width: none; padding: 0; }
  body { font-size: 12px; }
  .card, .groups table, figure, tr { break-inside: avoid; }
  .scroll { overflow: visible; border: 0; }
  .note, details:not([open]) { display: none; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
