// The functions of TA-Lib that are no kernels, and why.

const INDEX = 'Its result is an index into the array it was given, and a stream has no such array: aroon says how many rows ago the extreme was.';

export const ABSENT: Readonly<Record<string, string>> = {
  MA: 'It takes the kind of average as a number. Here each average is a kernel of its own: sma, ema, wma, dema, tema, trima, kama, mama, t3.',
  MACDEXT: 'It takes the kinds of three averages as numbers: macd has the usual ones, and a macd of others is a difference of two nodes and an average of it.',
  MACDFIX: 'It is the macd of 12 and 26 rows with smoothings rounded to 0.15 and 0.075.',
  MAVP: 'Its period is a column: every row would be a window of its own length.',
  MAXINDEX: INDEX,
  MININDEX: INDEX,
  MINMAX: 'It is min and max in one call; here they are two nodes, each computed once for everybody.',
  MINMAXINDEX: INDEX,
  SAREXT: 'It is psar with speeds of their own for each side, signed by it.',
};
