import { type Chorales } from '../../data/chorales.js';
import { windowsOf } from '../../data/windows.js';
import { openChorales } from '../chorale-source.js';
import type { Course } from '../course.js';

/** Four-part chorales. */
export const chorales: Course<Chorales> = {
  defaults: { width: 112, layers: 4, masks: 0.65, atStart: 0.1, steps: 9000, batch: 32, learningRate: 1.5e-3, weightDecay: 0.05 },
  unit: 'nats a pitch',
  open: openChorales,
  describe: ({ train, valid, test }) => `${train.length} chorales to learn from, ${valid.length} to watch, ${test.length} to measure with`,
  learnedBy: async () => (await import('../../model/flow.js')).isChoraleFlow,
  training: async (data, settings, from) => (await import('../../model/training.js')).choraleTraining(data, settings, from),
  sample: async (flow) => (await import('../../model/watch.js')).watchedTune(flow),
  async finish(flow, data, { count, signal, ...about }) {
    const [{ measure }, { metricsOf, saveModelFiles }, { framewiseMean }, { isTold }, { measureHeldOut }] = await Promise.all([
      import('../../model/measure.js'),
      import('../save.js'),
      import('../../model/framewise.js'),
      import('../../model/given.js'),
      import('../../model/measure-held-out.js'),
    ]);
    const measured = await measure(flow, data, { count, signal });
    const held = windowsOf(data.test).map(({ score }) => score);
    const framewise = isTold(flow) ? await framewiseMean(flow, held, { count: Math.min(count, 48), seed: 0, signal }) : undefined;
    const found = { measured, framewise, heldOut: await measureHeldOut(flow, data.test, { signal }) };
    const files = await saveModelFiles(flow, { ...about, ...found, credit: data.credit });
    return { files, metrics: metricsOf(found) };
  },
};
