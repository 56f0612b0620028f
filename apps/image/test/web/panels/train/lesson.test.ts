import test from 'ava';
import { loadModel } from '@advect/core';
import type { PictureForm } from '#src/data/picture-set.js';
import { measure } from '#src/model/measure.js';
import { openModelFrom } from '#src/model/open-model.js';
import { pictureFlow } from '#src/model/recipe.js';
import { lessonOf, setOf } from '#src/web/panels/train/lesson.js';
import { learnedFiles } from '#src/web/panels/train/model-files.js';

const form: PictureForm = { size: 4, channels: 3, levels: 256, classes: [] };
const picture = (n: number): Uint8Array => Uint8Array.from({ length: 48 }, (_, i) => (n + 5 * i) % 256);
const rows = (pixels: Uint8Array): string[] =>
  Array.from({ length: pixels.length / 48 }, (_, i) => String(pixels.subarray(48 * i, 48 * (i + 1))));

test('a tenth is kept apart, two at least; no picture is on both sides, none is lost', (t) => {
  for (const [count, held] of [
    [4, 2],
    [12, 2],
    [60, 6],
  ]) {
    const pictures = Array.from({ length: count }, (_, n) => picture(n));
    const lesson = lessonOf(pictures, { name: 'x', form, mirror: false });
    t.is(rows(lesson.held).length, held);
    t.deepEqual([...rows(lesson.held), ...rows(lesson.train)].sort(), pictures.map(String).sort());
    t.deepEqual(lessonOf(pictures, { name: 'x', form, mirror: false }), lesson);
  }
});

test('mirror images stand beside their originals', (t) => {
  const lesson = lessonOf([0, 1, 2, 3].map(picture), { name: 'x', form, mirror: true });
  const [first, second] = rows(lesson.train).map((row) => row.split(',').map(Number));
  t.is(rows(lesson.train).length, 4);
  for (let y = 0; y < 4; y++) {
    for (let x = 0; x < 4; x++) {
      for (let c = 0; c < 3; c++) t.is(second[(y * 4 + x) * 3 + c], first[(y * 4 + 3 - x) * 3 + c]);
    }
  }
});

test('what a page has trained is a whole model: it opens, says what it has learned from and how it was measured', async (t) => {
  const grey = { ...form, channels: 1 } as const;
  const set = setOf(
    lessonOf(
      Array.from({ length: 8 }, (_, n) => picture(n).subarray(0, 16)),
      { name: 'eight', form: grey, mirror: false },
    ),
  );
  const flow = pictureFlow(set, { field: 'mlp', width: 8, depth: 1, seed: 0 });
  const measured = await measure(flow, set, { count: set.test.count });
  const files = await learnedFiles(flow, set, { steps: 10, seconds: 1.4, seed: 0, measured });
  const model = openModelFrom(files);
  t.deepEqual(model.form, grey);
  t.is(model.application.heldOut.count, 2);
  t.deepEqual((await loadModel(files)).parameters, flow.parameters);
  const card = new TextDecoder().decode(files.get('MODEL_CARD.md'));
  t.regex(card, /It has seen 6 pictures and knows nothing else/);
});
