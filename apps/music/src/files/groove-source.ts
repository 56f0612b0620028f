import { type DataSettings, openMusic } from '@advect/node';
import { grooveOfPiece } from '../codec/groove-piece.js';
import { readMidi } from '../codec/midi-read.js';
import { pieceOfMidi } from '../codec/piece-midi.js';
import { grooveLabel, grooveWindows, type GrooveWindow } from '../data/grooves.js';

/** Windows of the beats in 4/4, as the set is split; "held out" are its validation and test parts together. */
export interface Grooves {
  readonly train: readonly GrooveWindow[];
  readonly valid: readonly GrooveWindow[];
  readonly test: readonly GrooveWindow[];
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
