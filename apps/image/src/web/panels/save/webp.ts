import { canvasBlob } from '@advect/web';
import { throwIfAborted } from '@advect/base/errors';
import { webpAnimation } from '../../../format/webp-animation.js';
import { canvasOf } from './canvas-of.js';
import { type Film, frameOf } from './film.js';

/** A film as an animated WebP file that goes on forever, every frame in it. Throws `unsupported` where the browser writes no WebP. */
export async function webpOf(film: Film, signal: AbortSignal, onFrame: (done: number) => void): Promise<Uint8Array> {
  const { form, count, delay, hold } = film;
  const frames: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    throwIfAborted(signal, 'saving');
    const blob = await canvasBlob(canvasOf(frameOf(film, i), form), 'image/webp', 1);
    frames.push(new Uint8Array(await blob.arrayBuffer()));
    onFrame(i + 1);
  }
  return webpAnimation(
    frames,
    frames.map((_, i) => (i === count - 1 ? hold : delay)),
    0,
  );
}
