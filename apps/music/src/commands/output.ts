import { writeFileAtomic } from '@advect/node';
import type { MidiFile } from '../codec/midi.js';
import { timedNotes } from '../codec/midi-notes.js';
import { writeWav } from '../codec/wav.js';
import type { InstrumentName } from '../render/instrument.js';
import { synthesise } from '../render/synthesise.js';

/** Renders a MIDI file and writes it as WAV, its settings in the comment. */
export async function writeSound(
  path: string,
  midi: MidiFile,
  instrument: InstrumentName,
  settings: object,
  force: boolean,
): Promise<void> {
  const sound = synthesise(timedNotes(midi), { instruments: instrument });
  await writeFileAtomic(path, writeWav(sound, JSON.stringify(settings)), { force });
}
