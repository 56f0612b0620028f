import { choice, defineCommand, flag, readLimited, text } from '@advect/node';
import { readMidi } from '../codec/midi-read.js';
import { timedNotes } from '../codec/midi-notes.js';
import { settingsOf } from '../codec/score-midi.js';
import { instrumentNames } from '../render/instrument.js';
import { writeSound } from './output.js';
import { largestMidi } from './tune-settings.js';

export const render = defineCommand({
  name: 'render',
  summary: 'Turn a MIDI file into sound (WAV, 44.1 kHz, 16 bit, stereo).',
  positionals: [{ name: 'FILE.mid', description: 'a Standard MIDI File of format 0 or 1', required: true }],
  options: {
    instrument: choice(instrumentNames, { description: 'sound', default: 'choir' }),
    out: text({ description: 'the WAV file', short: 'o', placeholder: 'FILE.wav', defaultText: 'FILE.wav beside FILE.mid' }),
    force: flag({ description: 'replace a file that exists' }),
  },
  examples: [['render tune.mid --instrument organ', 'tune.wav']],
  async run({ options: o, positionals: [path], note, print, json }) {
    const midi = readMidi(await readLimited(path, largestMidi));
    const notes = timedNotes(midi);
    const out = o.out ?? `${path.replace(/\.midi?$/i, '')}.wav`;
    await writeSound(out, midi, o.instrument, { app: 'advect-music', instrument: o.instrument, ...settingsOf(midi) }, o.force);
    note(`${notes.length} notes in ${new Set(notes.map((n) => n.part)).size} parts`);
    print(json ? JSON.stringify({ file: out, notes: notes.length }) : out);
  },
});
