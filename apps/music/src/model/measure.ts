import type { Flow } from '@advect/core';
import type { Chorales } from '../data/chorales.js';
import { windowsOf } from '../data/windows.js';
import { referenceOf, reportStyle, type StyleReport } from '../metrics/report.js';
import { compose, type ComposeSettings } from './compose.js';
import { composeDefaults } from './defaults.js';
import { mixVoices, shuffleSteps } from './controls.js';
import { keepVoices } from './draft.js';
import { fill } from './fill.js';
import { isTold } from './given.js';
import type { Score } from '../score.js';

/** Style statistics by set: real music the model never saw, two controls, and what the model composes in several ways. */
export type Measured = Readonly<
  Record<'valid' | 'test' | 'voices mixed' | 'steps shuffled' | 'flow' | 'polished', StyleReport> &
    Partial<Record<'test endings' | 'not mended' | 'harmonised' | 'as composed', StyleReport>>
>;

/** Melodies that are harmonised to be measured, at most. */
const mostMelodies = 32;

/**
 * Measures what a model composes against the training chorales: tunes straight from the flow (temperature 1), polished
 * ones (the default temperature; of a flow that is told what is given also before their voice leading is mended), sopranos of the
 * test endings harmonised by such a flow, and tunes that compose gives by default, chosen among candidates (a quarter as many);
 * beside the test chorales, the last four bars of them (the model is asked for endings), and two controls made of them (the four voices from different windows; the steps of a window
 * in random order). Seed 1000.
 */
export async function measure(
  flow: Flow,
  chorales: Chorales,
  settings: {
    readonly count: number;
    /** Whether the third way is measured, which takes much the longest. Default true. */
    readonly chosen?: boolean;
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<Measured> {
  const reference = referenceOf(windowsOf(chorales.train).map(({ score }) => score));
  const windows = windowsOf(chorales.test);
  const test = windows.map(({ score }) => score);
  const endings = windows.filter(({ place }) => place === 'closing').map(({ score }) => score);
  const { count: many, chosen = true } = settings;
  const told = isTold(flow);
  const melodies = told ? endings.slice(0, Math.min(many, mostMelodies)) : [];
  const total = (told ? 3 : 2) * many + melodies.length + (chosen ? Math.ceil(many / 4) : 0);
  let done = 0;
  type How = Pick<ComposeSettings, 'best' | 'polish' | 'mending' | 'steps' | 'temperature'>;
  const make = async (count: number, how: How): Promise<StyleReport> => {
    const tunes = await compose(flow, {
      ...how,
      seed: 1000,
      index: 0,
      count,
      bars: 4,
      signal: settings.signal,
      onProgress: (tune) => settings.onProgress?.(done + tune, total),
    });
    done += count;
    return reportStyle(
      tunes.map(({ score }) => score),
      reference,
      chorales.train,
    );
  };
  const harmonise = async (): Promise<StyleReport> => {
    const made: Score[] = [];
    for (const melody of melodies) {
      const how = { ...composeDefaults, best: 1, seed: 1000, index: made.length, count: 1, signal: settings.signal };
      made.push((await fill(flow, keepVoices(melody, [0]), how))[0].score);
      settings.onProgress?.(++done, total);
    }
    return reportStyle(made, reference, chorales.train);
  };
  const { steps } = composeDefaults;
  return {
    valid: reportStyle(
      windowsOf(chorales.valid).map(({ score }) => score),
      reference,
    ),
    test: reportStyle(test, reference),
    ...(endings.length > 0 && { 'test endings': reportStyle(endings, reference, chorales.train) }),
    'voices mixed': reportStyle(mixVoices(test), reference),
    'steps shuffled': reportStyle(test.map(shuffleSteps), reference),
    flow: await make(many, { best: 1, polish: 0, temperature: 1, steps }),
    ...(told && { 'not mended': await make(many, { ...composeDefaults, best: 1, mending: false }) }),
    polished: await make(many, { ...composeDefaults, best: 1 }),
    ...(melodies.length > 0 && { harmonised: await harmonise() }),
    ...(chosen && { 'as composed': await make(Math.ceil(many / 4), composeDefaults) }),
  };
}
