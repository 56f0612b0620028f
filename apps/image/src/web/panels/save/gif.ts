import { applyPalette, GIFEncoder, type Palette, quantize } from 'gifenc';
import { enlarged, type Film, frameOf, scaleFor } from './film.js';

/**
 * A film as an animated GIF that goes on forever, every frame in it, also where two are alike. Grey pictures keep every level;
 * colour ones get the best 256 colours of each frame.
 */
export function gifOf({ form, frames, count, delay, hold }: Film): Uint8Array<ArrayBuffer> {
  const scale = scaleFor(form.size);
  const side = form.size * scale;
  const encoder = GIFEncoder();
  for (let i = 0; i < count; i++) {
    const rgba = enlarged(frameOf({ frames, count }, i), form, scale);
    const palette = form.channels === 1 ? greys(form.levels) : quantize(rgba, 256);
    encoder.writeFrame(applyPalette(rgba, palette), side, side, { palette, delay: i === count - 1 ? hold : delay, repeat: 0 });
  }
  encoder.finish();
  return encoder.bytes();
}

const greys = (levels: number): Palette =>
  Array.from({ length: levels }, (_, level) => {
    const grey = Math.round((level * 255) / (levels - 1));
    return [grey, grey, grey];
  });
