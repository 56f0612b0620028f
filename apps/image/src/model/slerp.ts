/**
 * The point at share s of the way from a to b on the arc between their directions, with the length that lies between theirs.
 * The normal distribution has nearly all of its mass near one radius, which a straight line between two of its points leaves.
 * Nearly parallel points are joined by the line. Any length; s from 0 to 1, whose ends are a and b themselves.
 *
 * Reference: Shoemake (1985), Animating rotation with quaternion curves, §3.3.
 */
export function slerp(a: Float32Array, b: Float32Array, s: number): Float32Array {
  if (s === 0 || s === 1) return (s === 0 ? a : b).slice();
  const [lengthA, lengthB] = [length(a), length(b)];
  const cosine = dot(a, b) / (lengthA * lengthB);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  if (!(sine > 1e-6)) return a.map((v, i) => (1 - s) * v + s * b[i]);
  const [ofA, ofB] = [Math.sin((1 - s) * angle) / sine, Math.sin(s * angle) / sine];
  const between = (1 - s) * lengthA + s * lengthB;
  return a.map((v, i) => between * ((ofA * v) / lengthA + (ofB * b[i]) / lengthB));
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, v, i) => sum + v * b[i], 0);
const length = (a: Float32Array): number => Math.sqrt(dot(a, a));
