import type { Flow } from '@advect/core';
import type { ProgressLine } from '@advect/node';
import type { PictureForm } from '../data/picture-set.js';
import { draw, type Drawn, type DrawSettings } from '../model/draw.js';
import type { Label } from '../model/label.js';

const atATime = 16;

/** Items of a series a few at a time, so that those which are finished can be kept, and how far it is can be told. */
export async function* drawInBatches(
  flow: Flow,
  form: PictureForm,
  labels: readonly Label[],
  settings: DrawSettings,
  progress: ProgressLine,
): AsyncGenerator<Drawn> {
  for (let done = 0; done < labels.length; done += atATime) {
    progress.update(done, labels.length, 'drawing');
    settings.signal?.throwIfAborted();
    yield await draw(flow, form, labels.slice(done, done + atATime), { ...settings, start: settings.start + done });
  }
}
