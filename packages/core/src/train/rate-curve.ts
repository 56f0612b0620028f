/** Width of the smoothing, as a share of the curve. */
const smoothing = 0.03;
/** A rise by this share of the whole fall ends the search: what falls beyond it falls back from an overshoot. */
const risen = 0.1;

/**
 * For the loss after an update at each rate: the losses smoothed by a Gaussian over neighbouring updates (which does not shift them, as a running mean would), and the
 * rate at their steepest fall before they rise again; undefined where they do not fall.
 */
export function learningRateFromCurve(
  rates: readonly number[],
  losses: readonly number[],
): { smoothed: Float64Array; suggestion: number | undefined } {
  const smoothed = smooth(losses, Math.max(0.5, smoothing * losses.length));
  const range = smoothed[0] - Math.min(...smoothed);
  let low = smoothed[0];
  let steepest = 0;
  let suggestion: number | undefined;
  for (let i = 1; i < smoothed.length && smoothed[i] - low <= risen * range; i++) {
    low = Math.min(low, smoothed[i]);
    const fall = (smoothed[i - 1] - smoothed[i]) / Math.log(rates[i] / rates[i - 1]);
    if (fall > steepest) [steepest, suggestion] = [fall, rates[i]];
  }
  return { smoothed, suggestion };
}

/** Weighted means with weights exp(−d²/2σ²), of what neighbours there are. */
function smooth(values: readonly number[], sigma: number): Float64Array {
  const reach = Math.ceil(3 * sigma);
  return Float64Array.from(values, (_, i) => {
    let [sum, total] = [0, 0];
    for (let j = Math.max(0, i - reach); j <= Math.min(values.length - 1, i + reach); j++) {
      const weight = Math.exp(-0.5 * ((i - j) / sigma) ** 2);
      sum += weight * values[j];
      total += weight;
    }
    return sum / total;
  });
}
