import type { Piece } from '../codec/piece.js';
import { pieceOfScore } from '../codec/score-piece.js';
import { keyOfName, longKeyName } from '../data/musical-key.js';
import { instruments } from '../render/instrument.js';
import type { Score } from '../score.js';
import type { TuneSettings } from './tune-settings.js';

/** A tune as the piece that its files hold, whoever writes them: with its settings, and its key in its title. */
export function pieceOfTune(score: Score, settings: TuneSettings, title: string): Piece {
  const key = keyOfName(settings.key) ?? { tonic: 0, mode: 'major' };
  return pieceOfScore(score, {
    tempo: settings.tempo,
    key,
    program: instruments[settings.instrument].program,
    title: `${title} in ${longKeyName(key)}`,
    settings: inOrder(settings),
  });
}

const order = [
  'app',
  'verb',
  'model',
  'seed',
  'index',
  'bars',
  'key',
  'keyAsked',
  'best',
  'candidate',
  'polish',
  'steps',
  'temperature',
  'tempo',
  'instrument',
];

/** Settings in one order, whoever made them: the same tune is the same file. */
const inOrder = (settings: TuneSettings): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).toSorted(([a], [b]) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1)));

const placeOf = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
