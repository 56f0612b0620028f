import { keyName, transposeKey } from '../../../data/musical-key.js';
import type { TuneSettings } from '../../../model/tune-settings.js';
import { type Score, stepsPerBar, transposeScore, voiceCount, voiceNames } from '../../../score.js';
import { writePiece } from '../../state/piece-text.js';
import type { Work } from '../../state/session.js';
import type { Settings } from '../../state/settings.js';
import type { Manner, ModelFacts } from '../../studio-verbs.js';
import type { TuneToSave } from '../work/write-file.js';

/**
 * The piece on the desk as it sounds, with what made it: what a seed gave is described as the command line does, so that the files
 * are the same byte for byte; what was reworked or changed since has its notes beside.
 */
export function tuneToSave(
  work: Work,
  settings: Pick<Settings, 'transpose' | 'tempo' | 'instrument'>,
  manner: Manner,
  model: Pick<ModelFacts, 'name' | 'hash' | 'method'>,
): TuneToSave {
  const { transpose, tempo, instrument } = settings;
  const origin = work.origin?.verb === 'open' ? undefined : work.origin;
  const score = transpose === 0 ? work.score : transposeScore(work.score, transpose);
  const key = transposeKey(work.key, transpose);
  const { seed, index, best, temperature, steps, polish } = origin?.request ?? manner;
  const composed = origin?.verb === 'compose' && transpose === 0;
  const reworked = origin?.verb === 'rework' && transpose === 0 ? reworkedBy(origin.request.locked, score) : undefined;
  const made: TuneSettings = {
    app: 'advect-music',
    ...(!composed && { verb: reworked?.verb ?? 'edit' }),
    model: { name: model.name, sha256: model.hash },
    seed,
    index,
    bars: Math.ceil(score.steps / stepsPerBar),
    key: keyName(key),
    keyAsked: composed ? origin.request.key !== undefined : true,
    best,
    candidate: origin?.made.candidate ?? 0,
    polish,
    steps,
    temperature,
    tempo,
    instrument,
    ...(reworked && { method: model.method, ...reworked.about }),
    ...(!composed && { notes: writePiece({ score, key, locked: work.locked }) }),
  };
  return { score, settings: made, title: titles[made.verb ?? 'compose'] };
}

const titles = {
  compose: 'Chorale',
  continue: 'Chorale, continued',
  harmonise: 'Harmonised',
  infill: 'Filled in',
  edit: 'Chorale',
} as const;

/** The command that keeps just these cells; undefined where none does. */
function reworkedBy(
  locked: Uint8Array,
  { steps }: Score,
): { verb: 'harmonise' | 'infill'; about: { keep?: string; range?: string } } | undefined {
  const isLocked = (step: number, voice: number): boolean => locked[step * voiceCount + voice] === 1;
  const all = Array.from({ length: steps }, (_, step) => step);
  const keep = [...voiceNames.keys()].filter((voice) => all.every((step) => isLocked(step, voice)));
  const others = [...voiceNames.keys()].filter((voice) => !keep.includes(voice));
  const open = all.filter((step) => others.some((voice) => !isLocked(step, voice)));
  const [from, to] = [open[0] ?? 0, (open.at(-1) ?? -1) + 1];
  const isBlock = open.length === to - from && open.every((step) => others.every((voice) => !isLocked(step, voice)));
  const wholeBars = from % stepsPerBar === 0 && (to % stepsPerBar === 0 || to === steps);
  if (!isBlock || !wholeBars || open.length === 0) return undefined;
  const letters = keep.map((voice) => voiceNames[voice][0]).join(',');
  if (from === 0 && to === steps) return keep.length > 0 ? { verb: 'harmonise', about: { keep: letters } } : undefined;
  return { verb: 'infill', about: { keep: letters, range: `${from / stepsPerBar + 1}-${Math.ceil(to / stepsPerBar)}` } };
}
