import test from 'ava';
import { loadModel, train } from '@advect/core';
import { readMidi } from '#src/codec/midi-read.js';
import { courseOf } from '#src/files/course.js';
import { finishModel } from '#src/files/model-files.js';
import { isGrooveFlow } from '#src/model/groove-flow.js';
import { isMelodyFlow } from '#src/model/melody-flow.js';
import { commandLine, readRunSettings, type RunSettings, type Subject } from '#src/model/run-settings.js';
import { chorales } from '../fixtures/chorales.js';
import { madeWindows } from '../fixtures/grooves.js';

const { signal } = new AbortController();
const tiny = (subject: Subject): RunSettings => ({
  subject,
  width: 8,
  layers: 1,
  masks: 0.5,
  steps: 2,
  batch: 2,
  learningRate: 1e-3,
  weightDecay: 0,
  seed: 0,
});

test('a run says how it is made again, and an earlier one without a subject is of chorales that are told nothing', (t) => {
  t.is(
    commandLine(tiny('grooves')),
    'advect-music train grooves --width 8 --layers 1 --masks 0.5 --steps 2 --batch 2 --learning-rate 0.001 --weight-decay 0 --seed 0',
  );
  const { subject: _, masks: __, ...earlier } = tiny('chorales');
  t.like(readRunSettings(earlier), { subject: 'chorales', masks: 0 });
  t.regex(commandLine({ ...tiny('chorales'), atStart: 0.1 }), / --at-start 0\.1/);
  t.is(readRunSettings({ ...tiny('chorales'), atStart: 0.1 }).atStart, 0.1);
  t.is(readRunSettings(tiny('chorales')).atStart, undefined);
  t.throws(() => readRunSettings({ ...tiny('chorales'), atStart: 2 }), { message: /atStart/ });
  t.regex(commandLine({ ...tiny('grooves'), weights: 'float16' }), / --seed 0 --weights float16$/);
  t.throws(() => readRunSettings({ ...tiny('grooves'), weights: 'float8' }), { message: /weights/ });
  t.throws(() => readRunSettings({ ...tiny('grooves'), subject: 'songs' }), { message: /subject/ });
});

for (const [subject, data, said, isIt] of [
  [
    'grooves',
    { train: madeWindows(40), valid: madeWindows(6, 100), test: madeWindows(6, 200) },
    [/\| jittered \|/, /\| humanised \|/, /CC BY 4\.0/],
    isGrooveFlow,
  ],
  ['melodies', chorales, [/\| other chords \|/, /\| flow, told chords \|/, /\| Markov chain \|/, /public domain/], isMelodyFlow],
] as const) {
  test.serial(`${subject}: what training ends with is a model that opens again, with a card of what was measured`, async (t) => {
    const course = await courseOf(subject);
    const settings = tiny(subject);
    const { flow, data: samples, options } = await course.training(data, settings);
    await train(flow, samples, options);
    const { files, metrics } = await finishModel(course, flow, data, {
      out: 'somewhere/mine',
      settings: { ...settings, data: 'a folder' },
      command: commandLine(settings),
      count: 4,
      signal,
    });
    const [manifest, card] = ['model.json', 'MODEL_CARD.md'].map((name) => new TextDecoder().decode(files.get(name)));
    const { training } = JSON.parse(manifest) as { training: { data: unknown } };
    t.is(training.data, course.about(data).training.data, 'what the data are, not where they were');
    for (const words of [...said, /--out mine/, new RegExp(`train ${subject} `)]) t.regex(card, words);
    t.false(/NaN|undefined/.test(card.split('## Style')[1]), card);
    t.true(Object.values(metrics).length > 8 && Object.values(metrics).every(Number.isFinite));
    const again = await loadModel(files);
    t.true(isIt(again));
    t.deepEqual(again.parameters, flow.parameters);
    const [[kind, sample]] = await course.sample(flow);
    t.is(kind, 'mid');
    t.true(readMidi(sample).tracks.length === 5 || readMidi(sample).tracks.length === 2);
    t.regex(course.describe(data), /to learn from/);
  });
}
