/** What a picture costs, in bits. */
export interface CodeLength {
  /** By the model: the ideal code length that the dequantisation bound promises, −log₂ p averaged over draws of its noise. */
  readonly model: number;
  /** The same with the densities of the draws averaged first (Burda et al. 2016): a tighter bound with more draws. */
  readonly tight: number;
  /** All levels as they are, D·log₂ levels. */
  readonly raw: number;
}

/**
 * Code lengths of a picture from the bits/dim of each draw of the dequantisation noise. An arithmetic coder with bits back
 * reaches `model` (Hoogeboom et al. 2021); both are upper bounds of −log₂ P(picture), in expectation.
 */
export function codeLength(bitsPerDim: ArrayLike<number>, dim: number, levels: number): CodeLength {
  const bits = Array.from(bitsPerDim, (b) => b * dim);
  const least = Math.min(...bits);
  const share = bits.reduce((sum, b) => sum + 2 ** (least - b), 0) / bits.length;
  return { model: bits.reduce((sum, b) => sum + b, 0) / bits.length, tight: least - Math.log2(share), raw: dim * Math.log2(levels) };
}
