import { type Manifest, parseManifest } from '@advect/core/io';
import { type CommandContext, defineCommand, openModelFiles, readLimited } from '@advect/node';
import { timedNotes } from '../codec/midi-notes.js';
import { largestPiece, pieceKindOf, readPiece } from '../codec/piece-file.js';
import { midiOfPiece } from '../codec/piece-midi.js';
import { type KeySignature, type Piece, usualTempo } from '../codec/piece.js';
import { parseSettings } from '../codec/settings.js';
import { readWav } from '../codec/wav.js';
import { shippedModels } from '../files/shipped.js';
import { largestWav } from './tune-settings.js';

type Rows = readonly (readonly [string, unknown])[];

export const info = defineCommand({
  name: 'info',
  summary: 'Say what a model is, or what a file of music holds and how it was made.',
  positionals: [
    {
      name: 'WHAT',
      description: 'a .mid, .abc, .musicxml, .mxl or .wav file, or a model by name, folder, address or npm:NAME (default: chorales)',
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
    if (pieceKindOf(what)) return show(context, await pieceRows(what, await readLimited(what, largestPiece)));
    if (/\.wav$/i.test(what)) return show(context, wavRows(await readLimited(what, largestWav)));
    const files = await openModelFiles(what, { shipped: shippedModels, signal: context.signal });
    return show(context, modelRows(parseManifest(new TextDecoder().decode(files.get('model.json')))));
  },
});

async function pieceRows(path: string, bytes: Uint8Array): Promise<Rows> {
  const { piece, remarks } = await readPiece(path, bytes);
  const { title, parts, tempos, metre, key } = piece;
  const notes = parts.flatMap((part) => part.notes);
  const named = parts.map(({ name }) => name).filter((name) => name !== '');
  return [
    ...(title ? [['title', title] as const] : []),
    ['parts', named.length > 0 ? `${parts.length} (${named.join(', ')})` : parts.length],
    ['notes', notes.length],
    ['seconds', notes.length === 0 ? 0 : Number(lengthOf(piece).toFixed(2))],
    ['quarters a minute', Number((tempos[0]?.perMinute ?? usualTempo).toFixed(2))],
    ['metre', `${metre.beats}/${metre.beatType}`],
    ...(key ? [['signature', signatureText(key)] as const] : []),
    ...(remarks.length > 0 ? [['remarks', remarks.join('; ')] as const] : []),
    ...Object.entries(piece.settings ?? { 'made by': 'another program' }),
  ];
}

const lengthOf = (piece: Piece): number =>
  timedNotes(midiOfPiece(piece)).reduce((latest, { start, duration }) => Math.max(latest, start + duration), 0);

const signatureText = ({ fifths, minor }: KeySignature): string => {
  const signs = fifths === 0 ? 'no signs' : `${Math.abs(fifths)} ${fifths > 0 ? 'sharp' : 'flat'}${Math.abs(fifths) > 1 ? 's' : ''}`;
  return `${signs}, ${minor ? 'minor' : 'major'}`;
};

function wavRows(bytes: Uint8Array): Rows {
  const { sound, comment } = readWav(bytes);
  const { channels, sampleRate } = sound;
  return [
    ['channels', channels.length],
    ['sample rate', sampleRate],
    ['seconds', Number((channels[0].length / sampleRate).toFixed(2))],
    ...Object.entries(parseSettings(comment) ?? { 'made by': 'another program' }),
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
