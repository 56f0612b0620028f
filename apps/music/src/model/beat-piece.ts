import { pieceOfGroove } from '../codec/groove-piece.js';
import type { Metre, Piece } from '../codec/piece.js';
import { grooveBar, type GrooveStyle } from '../data/grooves.js';
import type { Groove } from '../groove.js';
import { withBars } from './groove-draft.js';
import type { BeatSettings } from './made-settings.js';

/** "Funk beat". */
export const beatTitle = (style: GrooveStyle | undefined): string => (style ? `${style[0].toUpperCase()}${style.slice(1)} beat` : 'Beat');

/**
 * Drums as the piece that their files hold, whoever writes them: with their settings. A groove in bars of 4/4 goes back to the metre that
 * it came from.
 */
export function pieceOfBeat(groove: Groove, settings: BeatSettings, title: string, metre?: Metre): Piece {
  const bar = metre ? (metre.beats * 16) / metre.beatType : grooveBar;
  return pieceOfGroove(withBars(groove, grooveBar, bar), { tempo: settings.tempo, title, metre, settings: { ...settings } });
}
