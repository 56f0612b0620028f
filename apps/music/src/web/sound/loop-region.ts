/** Seconds over which the end of a loop goes over into its beginning. */
const seam = 0.04;

/**
 * A stretch of a sound, from one second to another, that can be repeated without a click: what would follow its end dies away
 * over the beginning of the next turn, and the beginning fades in.
 */
export function seamless(
  channel: Float32Array,
  { from, to }: { readonly from: number; readonly to: number },
  sampleRate: number,
): Float32Array {
  const [first, end] = [Math.round(from * sampleRate), Math.min(channel.length, Math.round(to * sampleRate))];
  const out = channel.slice(first, end);
  const count = Math.min(Math.round(seam * sampleRate), out.length >> 1, channel.length - end);
  for (let i = 0; i < count; i++) {
    const share = i / count;
    out[i] = out[i] * share + channel[end + i] * (1 - share);
  }
  return out;
}
