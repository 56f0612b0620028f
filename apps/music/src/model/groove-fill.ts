import { AdvectError, throwIfAborted } from '@advect/base/errors';
import type { Flow } from '@advect/core';
import { key, split } from '@advect/core/random';
import { grooveBar, grooveSteps } from '../data/grooves.js';
import { startsSideBySide } from '../data/side-by-side.js';
import { drums } from '../drum-kit.js';
import { type Groove, joinGrooves, sliceSteps } from '../groove.js';
import { grooveWidth } from './groove-size.js';
import type { GrooveDraft } from './groove-draft.js';
import { type GrooveSettings, makeGrooves } from './groove-flow.js';
import type { GivenGroove, GrooveWish } from './groove-given.js';
import { seedOf } from './seed-of.js';

export interface FillGrooveSettings extends GrooveSettings, Pick<GrooveWish, 'style' | 'tempo'> {
  /** Told of windows of two bars, over all grooves. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Windows per call of the sampler: gives progress a pace. */
const windowsAtOnce = 64;

/**
 * Plays what is open of a draft; what is given stays exactly. Groove i depends on (seed, i) and the settings only. A draft that
 * grows is made bar by bar, each told the one before it, and others in pairs of bars; of an odd number, the last bar is played
 * once more with the one before it. A single bar is heard twice. Throws `invalid-value` where nothing is open.
 */
export async function fillGrooves(flow: Flow, draft: GrooveDraft, settings: FillGrooveSettings): Promise<Groove[]> {
  if (draft.marks.every(Boolean))
    throw new AdvectError('invalid-value', 'all strokes are to be kept: there is nothing to play', 'Leave a bar or a drum open.');
  const { steps } = draft.groove;
  const whole = steps < grooveSteps ? twice(draft) : draft;
  const made = await (draft.grows ? grown : inPairs)(flow, whole, settings);
  return whole === draft ? made : made.map((groove) => sliceSteps(groove, 0, steps));
}

const twice = (draft: GrooveDraft): GrooveDraft => ({
  ...draft,
  groove: joinGrooves([draft.groove, draft.groove]),
  marks: Uint8Array.from([...draft.marks, ...draft.marks]),
});

async function inPairs(flow: Flow, draft: GrooveDraft, settings: FillGrooveSettings): Promise<Groove[]> {
  const { seed, index, count, style, tempo, signal, onProgress } = settings;
  const { steps } = draft.groove;
  const starts = startsSideBySide(steps, grooveSteps);
  const total = starts.length * count;
  const parts: Groove[] = [];
  while (parts.length < total) {
    throwIfAborted(signal, 'fillGrooves');
    onProgress?.(parts.length, total);
    const first = parts.length;
    const size = Math.min(windowsAtOnce, total - first);
    const wish = (i: number): GrooveWish => ({ style, tempo, given: givenIn(draft, starts[(first + i) % starts.length]) });
    parts.push(...(await makeGrooves(flow, wish, { ...settings, seed, index: index * starts.length + first, count: size })));
  }
  onProgress?.(total, total);
  return Array.from({ length: count }, (_, i) => {
    const own = parts.slice(i * starts.length, (i + 1) * starts.length);
    const last = steps % grooveSteps === 0 ? 0 : grooveBar;
    return joinGrooves(own.map((part, w) => (w === own.length - 1 ? sliceSteps(part, last, grooveSteps) : part)));
  });
}

async function grown(flow: Flow, draft: GrooveDraft, settings: FillGrooveSettings): Promise<Groove[]> {
  const { seed, count, style, tempo, signal, onProgress } = settings;
  const bars = draft.groove.steps / grooveBar;
  let settled = Array.from({ length: count }, () => draft);
  for (let bar = 0; bar + 1 < bars; bar++) {
    throwIfAborted(signal, 'fillGrooves');
    onProgress?.(bar * count, (bars - 1) * count);
    const start = bar * grooveBar;
    const given = settled.map((each) => givenIn(each, start));
    if (given.every(({ marks }) => marks.every(Boolean))) continue;
    const made = await makeGrooves(flow, (i) => ({ style, tempo, given: given[i] }), {
      ...settings,
      seed: bar === 0 ? seed : seedOf(split(split(key(seed), 'bar'), bar)),
    });
    settled = settled.map((each, i) => settle(each, start, made[i]));
  }
  onProgress?.((bars - 1) * count, (bars - 1) * count);
  return settled.map(({ groove }) => groove);
}

function givenIn({ groove, marks, tapped }: GrooveDraft, start: number): GivenGroove {
  const end = start + grooveSteps;
  return { groove: sliceSteps(groove, start, end), marks: marks.slice(start * grooveWidth, end * grooveWidth), tapped };
}

/** The draft with two bars played, which are given from now on. */
function settle({ groove, marks, ...rest }: GrooveDraft, start: number, played: Groove): GrooveDraft {
  const [hits, velocities, offsets] = [groove.hits.slice(), groove.velocities.slice(), groove.offsets.slice()];
  hits.set(played.hits, start * drums.length);
  velocities.set(played.velocities, start * drums.length);
  offsets.set(played.offsets, start * drums.length);
  const given = marks.slice().fill(1, start * grooveWidth, (start + grooveSteps) * grooveWidth);
  return { ...rest, groove: { steps: groove.steps, hits, velocities, offsets }, marks: given };
}
