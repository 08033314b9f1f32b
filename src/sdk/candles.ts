// One function per candle pattern of the catalogue; `mod.ts` exports them all. Each gives 0 where the pattern is not there.
import { indicator } from './indicator.ts';

/** Two crows. */
export const cdl2crows = indicator('cdl2crows');
/** Three black crows. */
export const cdl3blackcrows = indicator('cdl3blackcrows');
/** Three inside up / down. */
export const cdl3inside = indicator('cdl3inside');
/** Three-line strike. */
export const cdl3linestrike = indicator('cdl3linestrike');
/** Three outside up / down. */
export const cdl3outside = indicator('cdl3outside');
/** Three stars in the south. */
export const cdl3starsinsouth = indicator('cdl3starsinsouth');
/** Three advancing white soldiers. */
export const cdl3whitesoldiers = indicator('cdl3whitesoldiers');
/** Abandoned baby. */
export const cdlabandonedbaby = indicator('cdlabandonedbaby');
/** Advance block. */
export const cdladvanceblock = indicator('cdladvanceblock');
/** Belt-hold. */
export const cdlbelthold = indicator('cdlbelthold');
/** Breakaway. */
export const cdlbreakaway = indicator('cdlbreakaway');
/** Closing marubozu. */
export const cdlclosingmarubozu = indicator('cdlclosingmarubozu');
/** Concealing baby swallow. */
export const cdlconcealbabyswall = indicator('cdlconcealbabyswall');
/** Counterattack. */
export const cdlcounterattack = indicator('cdlcounterattack');
/** Dark cloud cover. */
export const cdldarkcloudcover = indicator('cdldarkcloudcover');
/** Doji. */
export const cdldoji = indicator('cdldoji');
/** Doji star. */
export const cdldojistar = indicator('cdldojistar');
/** Dragonfly doji. */
export const cdldragonflydoji = indicator('cdldragonflydoji');
/** Engulfing. */
export const cdlengulfing = indicator('cdlengulfing');
/** Evening doji star. */
export const cdleveningdojistar = indicator('cdleveningdojistar');
/** Evening star. */
export const cdleveningstar = indicator('cdleveningstar');
/** Side-by-side white lines. */
export const cdlgapsidesidewhite = indicator('cdlgapsidesidewhite');
/** Gravestone doji. */
export const cdlgravestonedoji = indicator('cdlgravestonedoji');
/** Hammer. */
export const cdlhammer = indicator('cdlhammer');
/** Hanging man. */
export const cdlhangingman = indicator('cdlhangingman');
/** Harami. */
export const cdlharami = indicator('cdlharami');
/** Harami cross. */
export const cdlharamicross = indicator('cdlharamicross');
/** High-wave candle. */
export const cdlhighwave = indicator('cdlhighwave');
/** Hikkake. */
export const cdlhikkake = indicator('cdlhikkake');
/** Modified hikkake. */
export const cdlhikkakemod = indicator('cdlhikkakemod');
/** Homing pigeon. */
export const cdlhomingpigeon = indicator('cdlhomingpigeon');
/** Identical three crows. */
export const cdlidentical3crows = indicator('cdlidentical3crows');
/** In-neck. */
export const cdlinneck = indicator('cdlinneck');
/** Inverted hammer. */
export const cdlinvertedhammer = indicator('cdlinvertedhammer');
/** Kicking. */
export const cdlkicking = indicator('cdlkicking');
/** Kicking, by the longer one. */
export const cdlkickingbylength = indicator('cdlkickingbylength');
/** Ladder bottom. */
export const cdlladderbottom = indicator('cdlladderbottom');
/** Long-legged doji. */
export const cdllongleggeddoji = indicator('cdllongleggeddoji');
/** Long line. */
export const cdllongline = indicator('cdllongline');
/** Marubozu. */
export const cdlmarubozu = indicator('cdlmarubozu');
/** Matching low. */
export const cdlmatchinglow = indicator('cdlmatchinglow');
/** Mat hold. */
export const cdlmathold = indicator('cdlmathold');
/** Morning doji star. */
export const cdlmorningdojistar = indicator('cdlmorningdojistar');
/** Morning star. */
export const cdlmorningstar = indicator('cdlmorningstar');
/** On-neck. */
export const cdlonneck = indicator('cdlonneck');
/** Piercing. */
export const cdlpiercing = indicator('cdlpiercing');
/** Rickshaw man. */
export const cdlrickshawman = indicator('cdlrickshawman');
/** Rising / falling three methods. */
export const cdlrisefall3methods = indicator('cdlrisefall3methods');
/** Separating lines. */
export const cdlseparatinglines = indicator('cdlseparatinglines');
/** Shooting star. */
export const cdlshootingstar = indicator('cdlshootingstar');
/** Short line. */
export const cdlshortline = indicator('cdlshortline');
/** Spinning top. */
export const cdlspinningtop = indicator('cdlspinningtop');
/** Stalled pattern. */
export const cdlstalledpattern = indicator('cdlstalledpattern');
/** Stick sandwich. */
export const cdlsticksandwich = indicator('cdlsticksandwich');
/** Takuri. */
export const cdltakuri = indicator('cdltakuri');
/** Tasuki gap. */
export const cdltasukigap = indicator('cdltasukigap');
/** Thrusting. */
export const cdlthrusting = indicator('cdlthrusting');
/** Tristar. */
export const cdltristar = indicator('cdltristar');
/** Unique three river. */
export const cdlunique3river = indicator('cdlunique3river');
/** Upside gap two crows. */
export const cdlupsidegap2crows = indicator('cdlupsidegap2crows');
/** Upside / downside gap three methods. */
export const cdlxsidegap3methods = indicator('cdlxsidegap3methods');
