import type { Flow, TrainingData } from '@advect/core';
import type { CommandContext } from '../cli/command.js';
import { lineChart } from '../line-chart.js';
import type { RunTraining } from './train.js';

const updates = 150;

/** `train --find-rate`: the loss over the learning rate as a picture, and the rate to take, as `findLearningRate` finds it. */
export async function showLearningRate(
  flow: Flow,
  data: TrainingData,
  training: RunTraining['options'],
  { note, print, progress, json, terminal }: CommandContext,
): Promise<void> {
  const { findLearningRate } = await import('@advect/core');
  const { steps: _, learningRate: __, schedule: ___, warmup: ____, ema: _____, ...options } = training;
  note(`Trying ${updates} learning rates, from low to high`);
  const curve = await findLearningRate(flow, data, {
    ...options,
    steps: updates,
    onProgress: (done) => progress.update(done, updates, 'trying'),
  });
  const { rates, losses, smoothed, suggestion } = curve;
  if (json) return print(JSON.stringify({ suggestion: suggestion ?? null, rates: [...rates], losses: [...losses] }));
  print(lineChart([{ x: rates, y: smoothed }], { columns: Math.min(terminal.columns, 90), logX: true, xLabel: 'learning rate' }));
  print(
    suggestion === undefined
      ? 'The loss never falls: is there something to learn?'
      : `The loss falls fastest at ${suggestion.toPrecision(2)}. Try --learning-rate ${suggestion.toPrecision(1)}`,
  );
}
