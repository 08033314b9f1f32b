// npm run report:pictures: looks at reports in Chromium, at two sizes and in two palettes, uses their charts, and leaves the pictures in
// reports/pictures. Says what is wrong and ends with 1 if a page is wider than its window, cuts a text off, fails in its script, or a chart does
// not do what it should. CHROMIUM names the program; without one there is nothing to do, and it says so.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from '#report/page.ts';
import { run as sample } from '../test/report/sample.ts';
import { chromium, type Look, type Tab } from './chromium.ts';
import { REPORTS, writeReports } from './examples.ts';

const PICTURES = join(REPORTS, '..', 'pictures');
const SHOWN = ['turtle', 'rotation', 'opening-range'];
const LOOKS: Readonly<Record<string, Look>> = {
  'desktop-light': { width: 1_280, height: 900, isDark: false, isPhone: false },
  'desktop-dark': { width: 1_280, height: 900, isDark: true, isPhone: false },
  'phone-light': { width: 390, height: 844, isDark: false, isPhone: true },
  'phone-dark': { width: 390, height: 844, isDark: true, isPhone: true },
};
const YEAR_OF_MINUTES = 525_600;
const problems: string[] = [];

const browser = await chromium(process.env['CHROMIUM'] ?? 'chromium');
if (!browser) {
  console.log('skipped: no Chromium here; name one in CHROMIUM');
  process.exit(0);
}
try {
  const { tab } = browser;
  mkdirSync(PICTURES, { recursive: true });
  await writeReports(SHOWN, () => {});
  for (const name of SHOWN) {
    for (const [size, look] of Object.entries(LOOKS)) {
      await tab.open(`file://${join(REPORTS, `${name}.html`)}`, look);
      problems.push(...(await layoutProblems(tab)).map((problem) => `${name}, ${size}: ${problem}`));
      const file = join(PICTURES, `${name}-${size}.png`);
      writeFileSync(file, await tab.picture());
      console.log(file);
    }
  }
  await useCharts(tab, join(REPORTS, 'turtle.html'));
  await measure(tab);
  problems.push(...tab.errors);
} finally {
  await browser.stop();
}
for (const problem of problems) console.error(`✗ ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);

/** A page wider than its window, and texts that do not fit what holds them. */
async function layoutProblems(tab: Tab): Promise<string[]> {
  return await tab.evaluate<string[]>(`(() => {
    const wide = document.documentElement.scrollWidth > innerWidth ? ['the page is ' + document.documentElement.scrollWidth + ' wide'] : [];
    const cut = [...document.querySelectorAll('h1, h2, dd, dt, p, li, button, td, th, output')].filter((each) => !each.closest('.scroll') && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0);
    const beyond = [...document.querySelectorAll('svg.plot text')].filter((each) => { const own = each.getBoundingClientRect(), all = each.closest('svg').getBoundingClientRect(); return own.left < all.left - 0.5 || own.right > all.right + 0.5; });
    return [...wide, ...cut.concat(beyond).map((each) => 'cut off: ' + each.textContent)];
  })()`);
}

async function useCharts(tab: Tab, page: string): Promise<void> {
  await tab.open(`file://${page}`, LOOKS['desktop-light']!);
  const said = (panel: string): Promise<string> => tab.evaluate(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(document.getElementById('${panel}-value').textContent))))`);
  const { left, top } = await tab.evaluate<{ left: number; top: number }>(`(() => { const canvas = document.getElementById('price'); canvas.scrollIntoView(); const { left, top } = canvas.getBoundingClientRect(); return { left, top }; })()`);
  const at = (x: number): [number, number] => [left + x, top + 80];
  const firstDay = async (): Promise<string> => {
    await tab.mouse('mouseMoved', ...at(2));
    return (await said('equity')).slice(0, 10);
  };
  const expect = (what: string, isSo: boolean): void => {
    if (!isSo) problems.push(`charts: ${what}`);
  };
  const begin = await firstDay();
  expect('the cursor tells time and price', /^2000-01-\d\d · O [\d,.]+ {2}H/.test(await said('price')));
  await tab.mouse('mouseMoved', ...at(300));
  await tab.mouse('mousePressed', ...at(300));
  await tab.mouse('mouseMoved', ...at(420));
  await tab.mouse('mouseReleased', ...at(420));
  const zoomed = await firstDay();
  expect('a drag zooms in', zoomed > begin);
  for (let k = 0; k < 6; k++) await tab.evaluate(`document.getElementById('in').click()`);
  await said('price');
  writeFileSync(join(PICTURES, 'zoomed.png'), await tab.picture());
  await tab.evaluate(`document.getElementById('charts').focus()`);
  await tab.key('Home');
  expect('Home shows all again', (await firstDay()) === begin);
  await tab.evaluate(`document.querySelector('#graph .node.account').dispatchEvent(new Event('focusin', { bubbles: true }))`);
  expect('a node of the graph tells its NodeID', /NodeID [0-9a-f]{64}/.test(await tab.evaluate(`document.getElementById('graph-value').textContent`)));
  expect('its edges light up', (await tab.evaluate<number>(`document.querySelectorAll('#graph .edge.lit').length`)) > 0);
}

/** A year of minutes: how large, how long until it is drawn, how long a step of zooming takes. */
async function measure(tab: Tab): Promise<void> {
  const page = join(PICTURES, 'year-of-minutes.html');
  const text = report(sample(YEAR_OF_MINUTES, 20_000, 60_000));
  writeFileSync(page, text);
  const openedMs = await tab.open(`file://${page}`, LOOKS['desktop-light']!);
  // The time the script draws: what the browser does with it after that depends on its graphics card, and there is none here.
  const steps = await tab.evaluate<number[]>(`(async () => {
    const steps = [];
    const frame = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (draw) => frame((now) => {
      const began = performance.now();
      draw(now);
      steps.push(performance.now() - began);
    });
    for (let k = 0; k < 16; k++) {
      document.getElementById('in').click();
      await new Promise((done) => frame(() => setTimeout(done)));
    }
    return steps;
  })()`);
  const slowest = Math.max(...steps);
  console.log(`${YEAR_OF_MINUTES.toLocaleString('en')} bars: ${(text.length / 1e6).toFixed(1)} MB, drawn after ${openedMs.toFixed(0)} ms, ${steps.length} steps of zooming drawn in ${(steps.reduce((a, b) => a + b) / steps.length).toFixed(0)} ms each, the slowest ${slowest.toFixed(0)} ms`);
}
