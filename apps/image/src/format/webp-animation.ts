import { AdvectError } from '@advect/base/errors';
import { joined } from './bytes.js';
import { webpFacts } from './webp-exif.js';
import { chunkBytes, uint24, type WebpChunk, webpChunks, webpFile } from './webp-chunks.js';

const alphaFlag = 0x10;
const animationFlag = 0x02;
const replaceFlag = 0x02;

/**
 * Still WebP files of one size as the frames of an animated one, each as it is: unlike an encoder of animations this drops no
 * frame that equals the one before. Throws `invalid-shape` for no frames, or frames of several sizes.
 *
 * @param delays how long each frame is shown, in milliseconds
 * @param loops times that all is shown, 0 for without end
 */
export function webpAnimation(frames: readonly Uint8Array[], delays: readonly number[], loops: number): Uint8Array {
  const parts = frames.map((frame) => {
    const chunks = webpChunks(frame).filter(({ type }) => ['ALPH', 'VP8 ', 'VP8L'].includes(type));
    return { chunks, ...webpFacts(chunks) };
  });
  const [{ width, height } = { width: 0, height: 0 }] = parts;
  if (parts.length === 0 || parts.some((part) => part.width !== width || part.height !== height)) {
    throw new AdvectError('invalid-shape', 'the frames of an animation are of one size', 'Give frames of equal width and height.');
  }
  const size = [...uint24(width - 1), ...uint24(height - 1)];
  const alpha = parts.some((part) => part.alpha);
  const head: WebpChunk = { type: 'VP8X', data: Uint8Array.of(animationFlag | (alpha ? alphaFlag : 0), 0, 0, 0, ...size) };
  const animation: WebpChunk = { type: 'ANIM', data: Uint8Array.of(0, 0, 0, 0, loops & 0xff, (loops >> 8) & 0xff) };
  const pictures = parts.map(({ chunks }, i): WebpChunk => {
    const place = Uint8Array.of(0, 0, 0, 0, 0, 0, ...size, ...uint24(Math.round(delays[i])), replaceFlag);
    return { type: 'ANMF', data: joined(place, ...chunks.map(chunkBytes)) };
  });
  return webpFile([head, animation, ...pictures]);
}
