import { AdvectError } from '@advect/base/errors';
import { choice, type CommandContext, defineCommand } from '@advect/node';
import { openModel } from '../files/open.js';
import { modelOption } from './model-option.js';

const executors = ['wasm', 'onnx', 'eager'] as const;

const options = {
  model: modelOption,
  executor: choice(executors, { description: 'ask this one alone', aliases: ['backend'], defaultText: 'all that are here' }),
};

export const selftest = defineCommand({
  name: 'selftest',
  summary: 'Ask a model what it is known to answer, on each executor.',
  details:
    'A sample, the noise of a picture and its log-density are compared with those that the model keeps; the largest differences are\n' +
    'printed. Exit code 1 where an executor is off by more than rounding.',
  options,
  examples: [['selftest', 'the digits that come with the app']],
  run: runSelfTest,
});

async function runSelfTest(context: CommandContext<typeof options>): Promise<void> {
  const { options: o, print, note, json, signal } = context;
  const model = await openModel(o.model, signal);
  const { knownAnswers } = model.application;
  if (!knownAnswers) {
    throw new AdvectError(
      'unsupported',
      `the model '${model.name}' keeps no known answers`,
      'Models that image train makes now do; ask another.',
    );
  }
  const [{ flowOf }, { bounds, selfTest }] = await Promise.all([import('../model/flow-of.js'), import('../model/self-test.js')]);
  const flow = await flowOf(model);
  const failed: string[] = [];
  for (const executor of o.executor === undefined ? executors : [o.executor]) {
    try {
      const found = await selfTest(flow, model.form, knownAnswers, executor);
      if (!found.passed) failed.push(executor);
      const figures = `sample ${short(found.sample)}, noise ${short(found.encode)}, bits/dim ${short(found.bitsPerDim)}`;
      print(json ? JSON.stringify(found) : `${executor.padEnd(6)}  ${found.passed ? 'passed' : 'FAILED'}  max |Δ|: ${figures}`);
    } catch (thrown) {
      if (o.executor !== undefined || !(thrown instanceof AdvectError) || thrown.code !== 'unsupported') throw thrown;
      note(`${executor.padEnd(6)}  not here: ${thrown.message}`);
    }
  }
  if (failed.length === 0) return;
  throw new AdvectError(
    'solve-failed',
    `${failed.join(' and ')} ${failed.length === 1 ? 'is' : 'are'} off by more than ${bounds.sample} (sample and noise) or ${bounds.bitsPerDim} bits/dim`,
    'Take another with --executor, and get the model again if all are off.',
  );
}

const short = (v: number): string => v.toExponential(1);
