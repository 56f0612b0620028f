import { type DataSettings, openMusic } from '@advect/node';
import { grooveOfPiece } from '../codec/groove-piece.js';
import { readMidi } from '../codec/midi-read.js';
import { pieceOfMidi } from '../codec/piece-midi.js';
import type { MusicCredit } from '../data/music-credit.js';
import { ownBeat } from '../lessons/own-beats.js';
import { isMissing, refuseSetName } from './chorale-source.js';
import type { OpenDataSettings } from './course.js';
import { ownMusic } from './own-music.js';
import { grooveLabel, grooveWindows, type GrooveWindow } from '../data/grooves.js';

/** Windows of the beats in 4/4, as the set is split; "held out" are its validation and test parts together. */
export interface Grooves {
  readonly train: readonly GrooveWindow[];
  readonly valid: readonly GrooveWindow[];
  readonly test: readonly GrooveWindow[];
  /** Whose they are, where they are not the Groove MIDI Dataset. */
  readonly credit?: MusicCredit;
}

/** The Groove MIDI Dataset, or the beats of a folder or archive that does not hold it, see `ownMusic`. */
export async function openGrooves({ data, note, signal }: OpenDataSettings): Promise<Grooves> {
  refuseSetName(data, 'the Groove MIDI Dataset');
  const set = loadGrooves({ directory: data, env: process.env, signal, onDownload: (url) => note(`fetching ${url}`) });
  if (data === undefined) return set;
  return set.catch(async (thrown: unknown) => {
    if (!isMissing(thrown)) throw thrown;
    const { parts, credit } = await ownMusic(data, ownBeat, thrown, { note, signal });
    const windows = (part: typeof parts.train): GrooveWindow[] => part.flatMap(({ content }) => content);
    return { train: windows(parts.train), valid: windows(parts.valid), test: windows(parts.test), credit };
  });
}

/** The Groove MIDI Dataset (Gillick et al. 2019, CC BY 4.0); throws what `openMusic` does. */
export async function loadGrooves(settings: Omit<DataSettings, 'set'>): Promise<Grooves> {
  const { parts } = await openMusic('groove-midi', settings);
  const windows = (part: keyof typeof parts): GrooveWindow[] =>
    (parts[part] ?? []).flatMap(({ name, content }) => {
      const label = grooveLabel(name);
      return label && 'midi' in content ? grooveWindows(grooveOfPiece(pieceOfMidi(readMidi(content.midi))).groove, label, name) : [];
    });
  return { train: windows('train'), valid: windows('validation'), test: windows('test') };
}
