// Runs in the reader's browser: the charts of a run. They share one stretch of rows and one cursor. See browser.ts.
import type { Browser, PageElement } from './browser.ts';
import type { gestures, Stage } from './browser-gestures.ts';
import type { Hand, painter, Panel } from './browser-paint.ts';
import type { readRun, RunKit } from './browser-run.ts';
import type { Bars, shapes, View } from './browser-shapes.ts';
import type { words } from './browser-ticks.ts';
import type { ReportSeries } from './series.ts';

export interface ChartKit extends RunKit {
  readonly readRun: typeof readRun;
  readonly words: typeof words;
  readonly shapes: typeof shapes;
  readonly painter: typeof painter;
  readonly gestures: typeof gestures;
}

export async function charts(browser: Browser, kit: ChartKit): Promise<void> {
  const { document } = browser;
  const element = (id: string): PageElement => document.getElementById(id)!;
  const data = JSON.parse(element('series').textContent) as ReportSeries;
  if (data.run.rows === 0) return;
  const run = await kit.readRun(browser, data, kit);
  const words = kit.words(data.intervalMs);
  const { paint, overview, right } = kit.painter(browser, run.t, words, kit.shapes);
  const { money, percent, number } = words;
  const at = (id: string): Pick<Panel, 'id' | 'canvas' | 'output'> => ({ id, canvas: element(id), output: element(`${id}-value`) });
  const said = (values: Float64Array, spell: (value: number) => string) => (row: number): string => (Number.isNaN(values[row]) ? '–' : spell(values[row]!));

  const isOn = (id: string): boolean => element(id).getAttribute('aria-pressed') === 'true';
  const pricePanel = (bars: Bars, instrument: number): Panel => {
    const fills = run.fills(instrument);
    const say = (row: number): string => {
      if (Number.isNaN(bars.close[row])) return 'no bar';
      const texts = [`O ${money(bars.open[row]!)}  H ${money(bars.high[row]!)}  L ${money(bars.low[row]!)}  C ${money(bars.close[row]!)}`];
      const first = fills.rows.indexOf(row);
      for (let k = first; k >= 0 && fills.rows[k] === row && k < first + 3; k++) {
        const quantity = fills.quantities[k]!;
        texts.push(`${quantity > 0 ? '▲ buy' : '▼ sell'} ${Math.abs(quantity)} at ${money(fills.prices[k]!)}`);
      }
      return texts.join(' · ');
    };
    return { ...at('price'), colour: '--price', line: { values: bars.close, extremes: bars.extremes }, bars, fills, isRatio: isOn('ratio'), tick: words.moneyTick, say };
  };
  const { equity, drawdown, exposure, rolling } = run;
  let bars = await run.bars(0);
  const equityPanel = (): Panel => ({
    ...at('equity'), colour: '--accent', line: equity, base: 'bottom', mark: data.cash, isRatio: isOn('ratio'), tick: words.moneyTick, say: said(equity.values, money),
    ...(isOn('hold') && { other: run.held(bars) }),
  });
  const panels: Panel[] = [
    equityPanel(),
    { ...at('drawdown'), colour: '--bad', line: drawdown, base: 0, reach: [0], tick: words.percentTick, say: said(drawdown.values, percent) },
    pricePanel(bars, 0),
    { ...at('exposure'), colour: '--price', line: exposure, base: 0, reach: [0], tick: words.percentTick, say: said(exposure.values, percent) },
  ];
  if (rolling) {
    const { sharpe, volatility } = rolling;
    panels.push({ ...at('sharpe'), colour: '--accent', line: sharpe, mark: 0, reach: [0], tick: words.plainTick, say: said(sharpe.values, (value) => number(value, 2)) });
    panels.push({ ...at('volatility'), colour: '--price', line: volatility, base: 'bottom', reach: [0], tick: words.percentTick, say: said(volatility.values, percent) });
  }

  const whole: View = { from: -0.5, to: Math.max(run.rows, 2) - 0.5 };
  let view = whole;
  let hand: Hand = { row: null, chosen: null };
  let isQueued = false;
  const draw = (): void => {
    isQueued = false;
    for (const panel of panels) paint(panel, view, hand);
    overview(element('overview'), equity, view, whole);
  };
  const redraw = (): void => {
    if (isQueued) return;
    isQueued = true;
    browser.requestAnimationFrame(draw);
  };
  const stage: Stage = {
    rows: run.rows,
    whole,
    get view() {
      return view;
    },
    set view(next) {
      view = next;
      redraw();
    },
    get hand() {
      return hand;
    },
    set hand(next) {
      hand = next;
      redraw();
    },
  };
  let instrument = 0;
  const renew = (): void => {
    panels[0] = equityPanel();
    panels[2] = pricePanel(bars, instrument);
    redraw();
  };
  for (const id of ['hold', 'ratio']) {
    element(id).addEventListener('click', () => {
      element(id).setAttribute('aria-pressed', String(!isOn(id)));
      renew();
    });
  }
  document.getElementById('instrument')?.addEventListener('change', ({ target }) => {
    const chosen = Number(target.value);
    void run.bars(chosen).then((found) => {
      [bars, instrument] = [found, chosen];
      renew();
    });
  });
  browser.addEventListener('resize', redraw);
  for (const query of ['(prefers-color-scheme: dark)', 'print']) browser.matchMedia(query).addEventListener('change', draw);
  kit.gestures(browser, stage, panels.map(({ canvas }) => canvas), right);
}
