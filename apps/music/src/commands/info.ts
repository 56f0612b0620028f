import { type Manifest, parseManifest } from '@advect/core/io';
import { type CommandContext, defineCommand, openModelFiles, readLimited } from '@advect/node';
import { readMidi } from '../codec/midi-read.js';
import { timedNotes } from '../codec/midi-notes.js';
import { settingsOf } from '../codec/score-midi.js';
import { readWav } from '../codec/wav.js';
import { shippedModels } from '../files/shipped.js';
import { largestMidi, largestWav, settingsInComment } from './tune-settings.js';

type Rows = readonly (readonly [string, unknown])[];

export const info = defineCommand({
  name: 'info',
  summary: 'Say what a model is, or how a MIDI or WAV file was made.',
  positionals: [
    {
      name: 'WHAT',
      description: 'a .mid or .wav file, or a model by name, folder, address or npm:NAME (default: chorales)',
      required: false,
    },
  ],
  options: {},
  examples: [
    ['info', 'the model that comes with the app'],
    ['info tune.wav', 'seed, settings and model of a tune'],
  ],
  async run(context) {
    const what = context.positionals[0] ?? 'chorales';
    if (/\.midi?$/i.test(what)) return show(context, midiRows(await readLimited(what, largestMidi)));
    if (/\.wav$/i.test(what)) return show(context, wavRows(await readLimited(what, largestWav)));
    const files = await openModelFiles(what, { shipped: shippedModels, signal: context.signal });
    return show(context, modelRows(parseManifest(new TextDecoder().decode(files.get('model.json')))));
  },
});

function midiRows(bytes: Uint8Array): Rows {
  const midi = readMidi(bytes);
  const notes = timedNotes(midi);
  const end = notes.reduce((latest, n) => Math.max(latest, n.start + n.duration), 0);
  const names = midi.tracks.flatMap((track) => track.flatMap((e) => (e.kind === 'text' && e.what === 'trackName' ? [e.text] : [])));
  return [
    ['format', midi.format],
    ['tracks', names.length > 0 ? `${midi.tracks.length} (${names.join(', ')})` : midi.tracks.length],
    ['notes', notes.length],
    ['seconds', Number(end.toFixed(2))],
    ...Object.entries(settingsOf(midi) ?? { 'made by': 'another program' }),
  ];
}

function wavRows(bytes: Uint8Array): Rows {
  const { sound, comment } = readWav(bytes);
  const { channels, sampleRate } = sound;
  return [
    ['channels', channels.length],
    ['sample rate', sampleRate],
    ['seconds', Number((channels[0].length / sampleRate).toFixed(2))],
    ...Object.entries(settingsInComment(comment) ?? { 'made by': 'another program' }),
  ];
}

function modelRows(manifest: Manifest): Rows {
  const count = Object.values(manifest.parameters).reduce((sum, shape) => sum + shape.reduce((product, n) => product * n, 1), 0);
  return [
    ['model', manifest.name],
    ['', manifest.description],
    ['parameters', `${count.toLocaleString('en')} (${(manifest.weights.bytes / 1e6).toFixed(2)} MB)`],
    ...Object.entries(manifest.training),
    ...Object.entries(manifest.metrics).map(([name, value]) => [name, Number(value.toPrecision(4))] as const),
    ['weights', `sha256 ${manifest.weights.sha256}`],
  ];
}

function show({ print, json }: Pick<CommandContext, 'print' | 'json'>, rows: Rows): void {
  if (json) return print(JSON.stringify(Object.fromEntries(rows.filter(([name]) => name !== ''))));
  const width = Math.max(...rows.map(([name]) => name.length));
  print(rows.map(([name, value]) => `${name.padEnd(width)}  ${typeof value === 'string' ? value : JSON.stringify(value)}`).join('\n'));
}
