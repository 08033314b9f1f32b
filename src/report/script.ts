// The script inside a report: three charts on canvas that share one stretch of time and one crosshair.
// It is a text because it runs in the reader's browser, not here; it has no back-ticks so that this file needs no escapes.

export const REPORT_SCRIPT = String.raw`
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('series').textContent);

  // A series comes as steps of time and values; a drawdown follows from the equity's peaks, all of which are among its points.
  const decode = ({ t, v }) => {
    let at = data.origin;
    return { t: Float64Array.from(t, (units) => (at += units * data.unitMs)), v: Float64Array.from(v) };
  };
  const equity = decode(data.equity);
  const price = decode(data.price);
  let peak = data.cash;
  const drawdown = { t: equity.t, v: equity.v.map((value) => ((peak = Math.max(peak, value)), peak > 0 ? (value - peak) / peak : 0)) };
  const fills = decode(data.trades);
  const trades = Array.from(fills.t, (t, k) => ({ t, price: fills.v[k], side: Math.sign(data.trades.quantity[k]), quantity: Math.abs(data.trades.quantity[k]) }));
  if (equity.t.length === 0) return;

  const whole = [equity.t[0], Math.max(equity.t[equity.t.length - 1], equity.t[0] + 1)];
  let view = whole;
  let hoverT = null;
  let drag = null;

  const number = (value, places) => value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places }).replace('-', '\u2212');
  const placesOf = (size) => Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(size || 1))));
  const money = (value) => number(value, Math.abs(value) >= 100 ? 2 : placesOf(Math.abs(value)) + 1);
  const percent = (value) => number(value * 100, 2) + ' %';
  const day = (t) => new Date(t).toISOString().slice(0, 10);
  const clock = (t) => new Date(t).toISOString().slice(11, data.intervalMs % 60000 === 0 ? 16 : 19);
  const moment = (t) => (data.intervalMs >= 86400000 ? day(t) : day(t) + ' ' + clock(t));

  /** Index of the first time that is not before t. */
  const indexOf = (times, t) => {
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] < t) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const nearest = (times, t) => {
    const at = Math.min(indexOf(times, t), times.length - 1);
    return at > 0 && t - times[at - 1] < times[at] - t ? at - 1 : at;
  };

  // Steps a reader counts in: 1, 2, 5 × 10^k for values; minutes to decades for time.
  const valueTicks = (low, high, count) => {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((k) => k * power).find((size) => size >= rough) || 10 * power;
    const ticks = [];
    for (let k = Math.ceil(low / step); k * step <= high; k++) ticks.push(k * step);
    return { step, ticks };
  };
  const SIZES = [[1e12, ' T'], [1e9, ' B'], [1e6, ' M']];
  const moneyTick = (value, step) => {
    const [size, name] = SIZES.find(([least]) => Math.abs(value) >= least) || [1, ''];
    return number(value / size, Math.min(8, Math.max(0, -Math.floor(Math.log10(step / size) + 1e-9)))) + name;
  };
  const percentTick = (value, step) => number(value * 100, Math.max(0, -Math.floor(Math.log10(step * 100) + 1e-9))) + ' %';
  const MINUTE = 60000;
  const DAY = 86400000;
  const MONTH = 30.4 * DAY;
  const TIME_STEPS = [1, 5, 15, 30, 60, 180, 360, 720].map((k) => k * MINUTE).concat([DAY, 2 * DAY, 7 * DAY, 14 * DAY]);
  const MONTH_STEPS = [1, 3, 6, 12, 24, 60, 120, 240];
  const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const timeTicks = ([from, to], count) => {
    const rough = (to - from) / count;
    const step = TIME_STEPS.find((size) => size >= rough);
    const ticks = [];
    if (step) {
      for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
        const date = new Date(t);
        ticks.push([t, t % DAY === 0 ? date.getUTCDate() + ' ' + NAMES[date.getUTCMonth()] : clock(t).slice(0, 5)]);
      }
      return ticks;
    }
    const months = MONTH_STEPS.find((size) => size * MONTH >= rough) || 480;
    const start = new Date(from);
    for (let k = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months; ; k += months) {
      const t = Date.UTC(Math.floor(k / 12), k % 12, 1);
      if (t > to) return ticks;
      if (t >= from) ticks.push([t, months >= 12 || k % 12 === 0 ? String(Math.floor(k / 12)) : NAMES[k % 12]]);
    }
  };

  const panels = [
    { id: 'equity', series: equity, colour: '--accent', text: money, label: moneyTick, fill: true, line: data.cash },
    { id: 'drawdown', series: drawdown, colour: '--bad', text: percent, label: percentTick, fill: true, top: 0 },
    { id: 'price', series: price, colour: '--price', text: money, label: moneyTick, trades },
  ].map((panel) => ({ ...panel, canvas: document.getElementById(panel.id), output: document.getElementById(panel.id + '-value') }));

  const RIGHT = 74;
  const TOP = 10;
  const BOTTOM = 24;
  const draw = (panel) => {
    const { canvas, series, label } = panel;
    const ratio = window.devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const pen = canvas.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = '12px system-ui, sans-serif';
    pen.textBaseline = 'middle';

    const right = width - RIGHT;
    const bottom = height - BOTTOM;
    const from = Math.max(indexOf(series.t, view[0]) - 1, 0);
    const to = Math.min(indexOf(series.t, view[1]) + 1, series.t.length);
    const visible = panel.trades ? panel.trades.slice(indexOf(fills.t, view[0]), indexOf(fills.t, view[1] + 1)) : [];
    let low = Infinity;
    let high = -Infinity;
    for (let k = from; k < to; k++) {
      low = Math.min(low, series.v[k]);
      high = Math.max(high, series.v[k]);
    }
    for (const trade of visible) {
      low = Math.min(low, trade.price);
      high = Math.max(high, trade.price);
    }
    if (panel.top !== undefined) high = panel.top;
    const room = (high - low) * 0.06 || Math.abs(high) * 0.01 || 0.01;
    low -= room;
    if (panel.top === undefined) high += room;
    const x = (t) => ((t - view[0]) / (view[1] - view[0])) * right;
    const y = (value) => TOP + ((high - value) / (high - low)) * (bottom - TOP);

    pen.lineWidth = 1;
    pen.strokeStyle = colour('--grid');
    pen.fillStyle = colour('--muted');
    pen.textAlign = 'left';
    const { step, ticks } = valueTicks(low, high, Math.max(2, height / 60));
    for (const tick of ticks) {
      const at = Math.round(y(tick)) + 0.5;
      pen.beginPath();
      pen.moveTo(0, at);
      pen.lineTo(right, at);
      pen.stroke();
      pen.fillText(label(tick, step), right + 8, at);
    }
    pen.textAlign = 'center';
    for (const [t, name] of timeTicks(view, Math.max(3, width / 100))) {
      const at = Math.round(x(t)) + 0.5;
      pen.beginPath();
      pen.moveTo(at, TOP);
      pen.lineTo(at, bottom);
      pen.stroke();
      if (at > 18 && at < right - 18) pen.fillText(name, at, height - 9);
    }

    pen.save();
    pen.beginPath();
    pen.rect(0, 0, right, bottom);
    pen.clip();
    if (panel.line !== undefined) {
      pen.strokeStyle = colour('--muted');
      pen.setLineDash([3, 4]);
      pen.beginPath();
      pen.moveTo(0, y(panel.line));
      pen.lineTo(right, y(panel.line));
      pen.stroke();
      pen.setLineDash([]);
    }
    pen.beginPath();
    for (let k = from; k < to; k++) pen.lineTo(x(series.t[k]), y(series.v[k]));
    pen.strokeStyle = colour(panel.colour);
    pen.lineWidth = panel.trades ? 1.1 : 1.5;
    pen.lineJoin = 'round';
    pen.stroke();
    if (panel.fill) {
      const base = panel.top === undefined ? bottom : y(panel.top);
      pen.lineTo(x(series.t[to - 1]), base);
      pen.lineTo(x(series.t[from]), base);
      const shade = pen.createLinearGradient(0, TOP, 0, bottom);
      const [start, end] = panel.top === undefined ? [0.2, 0.01] : [0.08, 0.3];
      shade.addColorStop(0, colour(panel.colour) + Math.round(start * 255).toString(16).padStart(2, '0'));
      shade.addColorStop(1, colour(panel.colour) + Math.round(end * 255).toString(16).padStart(2, '0'));
      pen.fillStyle = shade;
      pen.fill();
    }
    // Arrows while there is room for them, dots when there is not.
    const dense = visible.length > right / 7;
    for (const trade of visible) {
      const at = x(trade.t);
      const level = y(trade.price);
      pen.fillStyle = colour(trade.side > 0 ? '--good' : '--bad');
      pen.globalAlpha = dense ? 0.5 : 0.95;
      pen.beginPath();
      if (dense) pen.arc(at, level, 1.4, 0, 7);
      else {
        pen.moveTo(at, level);
        pen.lineTo(at - 4.5, level + trade.side * 8);
        pen.lineTo(at + 4.5, level + trade.side * 8);
      }
      pen.fill();
    }
    pen.globalAlpha = 1;
    if (drag && Math.abs(drag.to - drag.from) > 2) {
      pen.fillStyle = colour('--accent') + '26';
      pen.fillRect(Math.min(drag.from, drag.to), 0, Math.abs(drag.to - drag.from), bottom);
    }
    pen.restore();

    const shown = nearest(series.t, hoverT === null ? view[1] : hoverT);
    let shownText = (hoverT === null ? '' : moment(series.t[shown]) + ' \u00b7 ') + panel.text(series.v[shown]);
    if (hoverT !== null) {
      const at = Math.round(x(series.t[shown])) + 0.5;
      pen.strokeStyle = colour('--muted');
      pen.lineWidth = 1;
      pen.beginPath();
      pen.moveTo(at, TOP);
      pen.lineTo(at, bottom);
      pen.stroke();
      pen.fillStyle = colour(panel.colour);
      pen.beginPath();
      pen.arc(at, y(series.v[shown]), 3.5, 0, 7);
      pen.fill();
      const trade = visible.length > 0 ? trades[nearest(fills.t, hoverT)] : undefined;
      if (trade && Math.abs(x(trade.t) - at) < 6) shownText += ' \u00b7 ' + (trade.side > 0 ? '\u25b2 buy ' : '\u25bc sell ') + trade.quantity + ' at ' + money(trade.price);
    }
    panel.output.textContent = shownText;
  };

  let queued = false;
  const redraw = () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      panels.forEach(draw);
    });
  };

  const reset = document.createElement('button');
  reset.type = 'button';
  reset.textContent = 'Show all';
  reset.hidden = true;
  document.querySelector('.note').append(reset);
  const look = (range) => {
    view = range;
    reset.hidden = range === whole;
    redraw();
  };
  reset.addEventListener('click', () => look(whole));
  addEventListener('keydown', (event) => event.key === 'Escape' && look(whole));

  for (const { canvas } of panels) {
    const place = (event) => Math.min(Math.max(event.clientX - canvas.getBoundingClientRect().left, 0), canvas.clientWidth - RIGHT);
    const timeAt = (at) => view[0] + (at / (canvas.clientWidth - RIGHT)) * (view[1] - view[0]);
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      drag = { from: place(event), to: place(event) };
      hoverT = timeAt(drag.from);
      redraw();
    });
    canvas.addEventListener('pointermove', (event) => {
      hoverT = timeAt(place(event));
      if (drag) drag.to = place(event);
      redraw();
    });
    canvas.addEventListener('pointerup', () => {
      if (!drag) return;
      const range = [drag.from, drag.to].sort((a, b) => a - b);
      drag = null;
      if (range[1] - range[0] > 6) look(range.map(timeAt));
      else redraw();
    });
    canvas.addEventListener('pointercancel', () => {
      drag = null;
      redraw();
    });
    canvas.addEventListener('pointerleave', () => {
      hoverT = null;
      redraw();
    });
    canvas.addEventListener('dblclick', () => look(whole));
  }
  new ResizeObserver(redraw).observe(document.querySelector('.charts'));
  for (const query of ['(prefers-color-scheme: dark)', 'print']) matchMedia(query).addEventListener('change', () => panels.forEach(draw));
  redraw();
})();
`;
