import test from 'ava';
import { keepVoices, lockedWhere, openBars } from '#src/model/draft.js';
import { judge } from '#src/model/judge.js';
import { sliceScore, transposeScore } from '#src/score.js';
import { readPiece } from '#src/web/state/piece-text.js';
import type { Origin, Session, Work } from '#src/web/state/session.js';
import { freshSettings } from '#src/web/state/settings.js';
import { nameOf } from '#src/web/panels/save/save-panel.js';
import { tuneToSave } from '#src/web/panels/save/tune-to-save.js';
import { chorale } from '../../fixtures/chorales.js';

const score = sliceScore(chorale, 0, 32);
const key = { tonic: 10, mode: 'major' } as const;
const model = { name: 'chorales', hash: 'ab', method: 'told' } as const;
const manner = { seed: 5, index: 1, best: 4, temperature: 0.8, steps: 30, polish: 0.2 };
const made = { score, key, candidate: 2, judgement: judge(score, 0), milliseconds: 1 };
const page = { ...freshSettings(9), tempo: 72, instrument: 'organ' as const };
const work = (origin: Origin | undefined, locked: Uint8Array = new Uint8Array(128)): Work => ({ score, key, locked, origin });

test('what a seed gave is described as the command line does, name by name and in its order', (t) => {
  const { settings, title } = tuneToSave(
    work({ verb: 'compose', request: { ...manner, bars: 4, key }, made, sketch: false }),
    page,
    manner,
    model,
  );
  t.is(title, 'Chorale');
  t.is(
    JSON.stringify(settings),
    '{"app":"advect-music","model":{"name":"chorales","sha256":"ab"},"seed":5,"index":1,"bars":4,"key":"Bb","keyAsked":true,' +
      '"best":4,"candidate":2,"polish":0.2,"steps":30,"temperature":0.8,"tempo":72,"instrument":"organ"}',
  );
});

test('what was reworked tells the command that keeps the same notes; anything else is an edit; both hold the notes', (t) => {
  const reworked = (locked: Uint8Array) =>
    tuneToSave(work({ verb: 'rework', request: { ...manner, score, locked, key }, made }, locked), page, manner, model).settings;
  const harmonised = reworked(keepVoices(score, [0, 3]).locked);
  t.like(harmonised, { verb: 'harmonise', keep: 'S,B', method: 'told', seed: 5 });
  t.deepEqual(readPiece(harmonised.notes!)!.score, score);
  t.like(reworked(openBars(score, 2, 3, [0]).locked), { verb: 'infill', keep: 'S', range: '2-3' });
  t.like(reworked(openBars(score, 4, 4, []).locked), { verb: 'infill', keep: '', range: '4-4' });
  t.is(reworked(lockedWhere(score, (step, voice) => step < 3 && voice === 1).locked).verb, 'edit');
  const edited = tuneToSave(work(undefined), page, manner, model);
  t.like(edited.settings, { verb: 'edit', seed: 5, candidate: 0 });
});

test('it is saved as it sounds, and a transposed tune no longer claims to be what its seed gives', (t) => {
  const origin: Origin = { verb: 'compose', request: { ...manner, bars: 4, key }, made, sketch: false };
  const saved = tuneToSave(work(origin), { ...page, transpose: -2 }, manner, model);
  t.deepEqual(saved.score, transposeScore(score, -2));
  t.like(saved.settings, { verb: 'edit', key: 'Ab' });
});

test('files are named by the seed, by the file that was opened, or by the key in which the piece sounds', (t) => {
  const named = (origin: Origin | undefined): string =>
    nameOf({ work: { value: work(origin) }, settings: { value: { ...page, transpose: 3 } } } as Pick<Session, 'work' | 'settings'>);
  t.is(named({ verb: 'compose', request: { ...manner, bars: 4, key }, made, sketch: false }), 'chorale-5');
  t.is(named({ verb: 'open', name: 'hymn' }), 'hymn');
  t.is(named(undefined), 'chorale-in-Db');
  t.like(tuneToSave(work({ verb: 'open', name: 'hymn' }), page, manner, model).settings, { verb: 'edit', seed: 5 });
});
