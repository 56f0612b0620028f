import { dataEvent, type Flow, loadModel } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import type { OpenModel } from './open-model.js';

/** The flow of an opened model. Throws `invalid-file` where its weights are not those that the manifest names. */
export async function flowOf({ name, files, form }: OpenModel): Promise<Flow> {
  const flow = await loadModel(files);
  const event = [form.size, form.size, form.channels];
  const made = dataEvent(flow.transforms, flow.field.event);
  if (made.join() !== event.join() || flow.field.conditionDim !== form.classes.length) {
    throw new AdvectError(
      'invalid-file',
      `the model '${name}' contradicts itself: it makes [${made.join(', ')}] and ${flow.field.conditionDim} classes`,
      `Its pictures are [${event.join(', ')}] in ${form.classes.length} classes. Get the model again.`,
    );
  }
  return flow;
}
