// How an exponential average begins: with the mean of its first `period` values, as in TA-Lib, or with its first value, as in TradingView.

/** How many values the seed is made of; `choice` is the place of the seeding in the catalogue's list. */
// @ts-ignore: decorator
@inline
export function seedOf(period: f64, choice: f64): f64 {
  return choice == 0 ? period : 1;
}
