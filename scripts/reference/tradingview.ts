// Where TradingView's indicator of the same name is another, and no parameter makes this one it.

export const OTHERWISE: Readonly<Record<string, string>> = {
  'adx, adxr, dx, plusdi, minusdi': "TradingView's directional movement is smoothed from the mean of the first `period` moves; as in TA-Lib, here it is from the sum of one move less. The two settle to the same.",
  trix: "TradingView's is the difference of an average of logarithms: `mom(ema(ema(ema(ln(price.close)))), { period: 1 }).times(10_000)`.",
  cmo: "TradingView's adds up the gains and losses of the window; as in TA-Lib, here Wilder's smoothing takes the place of the sums.",
  vwap: "TradingView's starts anew with every session; here it is the average since the first row, and `vwapr` that of a window.",
  'apo, ppo': "TradingView's are of exponential averages; as in TA-Lib, here they are of simple ones. `macd` is the former.",
  stochrsi: "TradingView averages k as well: `sma(stochrsi(price, { fastk: 14 }).k, { period: 3 })`.",
  mcginley: "TradingView's begins with the first value, here with the mean of the first `period`.",
  kvo: "TradingView's is of plain volume signed by the direction of the typical price; here it is Klinger's volume force.",
  ichimoku: 'Charts draw the spans 26 rows later. Here every value stands on the row it is known on, so that nothing looks ahead.',
};
