/**
 * The quantile at 97.7 % of Student's distribution with n degrees of freedom, over 2 (Fisher and Cornish's expansion): by how
 * much a standard error from n + 1 values must be widened for twice it to cover as often as two deviations of a normal do.
 * 1.2 for 8 values.
 */
export const studentWidth = (n: number): number => 1 + 1.25 / n + 1.53 / n ** 2 + 1.43 / n ** 3 + 0.92 / n ** 4;
