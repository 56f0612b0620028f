/**
 * The class of each picture by its k nearest neighbours (Euclidean) among known ones; a tie goes to the class of the
 * nearest of them. Pictures are rows of `dim` numbers. Cost: rows × known × dim.
 */
export function nearestClasses(
  rows: ArrayLike<number>,
  known: { readonly pixels: ArrayLike<number>; readonly labels: ArrayLike<number> },
  dim: number,
  k = 3,
): Int32Array {
  const count = rows.length / dim;
  const knownCount = known.labels.length;
  return Int32Array.from({ length: count }, (_, i) => {
    const best: { distance: number; label: number }[] = [];
    for (let j = 0; j < knownCount; j++) {
      let distance = 0;
      for (let d = 0; d < dim; d++) distance += (rows[i * dim + d] - known.pixels[j * dim + d]) ** 2;
      if (best.length === k && distance >= best[k - 1].distance) continue;
      if (best.length === k) best.pop();
      const at = best.findIndex((other) => other.distance > distance);
      best.splice(at < 0 ? best.length : at, 0, { distance, label: known.labels[j] });
    }
    const votes = (label: number): number => best.filter((other) => other.label === label).length;
    return best.reduce((winner, other) => (votes(other.label) > votes(winner) ? other.label : winner), best[0].label);
  });
}
