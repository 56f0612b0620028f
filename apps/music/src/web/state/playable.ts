import { pieceOfScore } from '../../codec/score-piece.js';
import { instruments } from '../../render/instrument.js';
import { isSilent, stepsPerBeat, transposeScore } from '../../score.js';
import type { Playable } from '../sound/player.js';
import type { SoundStudio } from '../sound/sound-studio.js';
import { timelineOf } from '../sound/timeline.js';
import type { Piece } from './piece-text.js';
import type { Settings } from './settings.js';

/** A piece as it is to sound, each voice apart. Undefined where it has no note. */
export function playableOf(
  sound: SoundStudio,
  { score, key }: Pick<Piece, 'score' | 'key'>,
  { tempo, transpose, instrument }: Pick<Settings, 'tempo' | 'transpose' | 'instrument'>,
): Playable | undefined {
  if (isSilent(score)) return undefined;
  const moved = transpose === 0 ? score : transposeScore(score, transpose);
  const piece = pieceOfScore(moved, { tempo, key, program: instruments[instrument].program, title: '', settings: {} });
  return {
    steps: score.steps,
    timeline: timelineOf(piece.tempos, stepsPerBeat),
    render: (signal, apart) => sound.call('stems', { piece, instrument, apart }, { signal }),
  };
}
