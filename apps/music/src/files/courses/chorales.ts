import type { JsonObject } from '@advect/core/io';
import type { Chorales } from '../../data/chorales.js';
import { windowsOf } from '../../data/windows.js';
import { openChorales } from '../chorale-source.js';
import type { Course } from '../course.js';
import { aboutChorales, choraleCard, metricsOf } from '../save.js';

/** Four-part chorales. */
export const chorales: Course<Chorales> = {
  defaults: { width: 112, layers: 4, masks: 0.65, atStart: 0.1, steps: 9000, batch: 32, learningRate: 1.5e-3, weightDecay: 0.05 },
  unit: 'nats a pitch',
  open: openChorales,
  describe: ({ train, valid, test }) => `${train.length} chorales to learn from, ${valid.length} to watch, ${test.length} to measure with`,
  learnedBy: async () => (await import('../../model/flow.js')).isChoraleFlow,
  training: async (data, settings, from) => (await import('../../model/training.js')).choraleTraining(data, settings, from),
  sample: async (flow) => (await import('../../model/watch.js')).watchedTune(flow),
  about: ({ credit }) => aboutChorales(credit),
  async measure(flow, data, { name, settings, count, signal, onProgress }) {
    const [{ measure }, { framewiseMean }, { isTold }, { measureHeldOut }] = await Promise.all([
      import('../../model/measure.js'),
      import('../../model/framewise.js'),
      import('../../model/given.js'),
      import('../../model/measure-held-out.js'),
    ]);
    const telling = (what: string) => (done: number, total: number) => onProgress?.(done, total, what);
    const measured = await measure(flow, data, { count, signal, onProgress: telling('composing') });
    const held = windowsOf(data.test).map(({ score }) => score);
    const framewise = isTold(flow) ? await framewiseMean(flow, held, { count: Math.min(count, 48), seed: 0, signal }) : undefined;
    const heldOut = await measureHeldOut(flow, data.test, { signal, onProgress: telling('measuring held-out chorales') });
    const found = { measured, framewise, heldOut };
    return {
      metrics: metricsOf(found),
      ...(heldOut && { heldOut: heldOut as unknown as JsonObject }),
      card: choraleCard({ name, settings, ...found, credit: data.credit }),
    };
  },
};
