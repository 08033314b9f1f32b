// Ehlers' filter of two poles, a Butterworth: y = c·(x + x₋₁) / 2 + 2·r·cos(w)·y₋₁ − r²·y₋₂, w = √2·π / period, r = e⁻ʷ, c the rest to 1.
import { cos, exp, holdExp, holdWave } from './math';

const ROOT2_PI: f64 = 4.442882938158366; // √2·π

/** The weights of x, y₋₁ and y₋₂, at three doubles from `at`. */
export function placePoles(at: usize, period: f64): void {
  const angle = ROOT2_PI / period;
  holdExp();
  holdWave();
  const radius = exp(-angle);
  const first = 2 * radius * cos(angle);
  const second = -radius * radius;
  store<f64>(at, 1 - first - second);
  store<f64>(at, first, 8);
  store<f64>(at, second, 16);
}
