// The script of a page: the functions of the browser-*.ts files as texts, and what sets them going. They name nothing outside
// themselves, so their texts are whole; that the page works is tested on them as they stand in it.
import { charts } from './browser-charts.ts';
import { pyramid, totals, unpack } from './browser-data.ts';
import { graph } from './browser-graph.ts';
import { gestures } from './browser-gestures.ts';
import { painter } from './browser-paint.ts';
import { readRun } from './browser-run.ts';
import { shapes } from './browser-shapes.ts';
import { words } from './browser-ticks.ts';

const KIT = { unpack, totals, pyramid, words, shapes, painter, readRun, gestures };

export const REPORT_SCRIPT = `'use strict';
(() => {
const kit = {
${Object.entries(KIT).map(([name, part]) => `${name}: ${String(part)},`).join('\n')}
};
(${String(graph)})(window);
(${String(charts)})(window, kit).catch((error) => {
  document.getElementById('charts').textContent = 'The charts cannot be drawn here: ' + error.message;
});
})();
`;
