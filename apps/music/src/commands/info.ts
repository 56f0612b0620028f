import { AdvectError } from '@advect/base/errors';
import { type Manifest, parseManifest } from '@advect/core/io';
import { type CommandContext, defineCommand, flag, openModelFiles, readLimited, textTable } from '@advect/node';
import { timedNotes } from '../codec/midi-notes.js';
import { largestPiece, pieceKindOf, readPiece } from '../codec/piece-file.js';
import { midiOfPiece } from '../codec/piece-midi.js';
import { type KeySignature, type Piece, usualTempo } from '../codec/piece.js';
import { parseSettings } from '../codec/settings.js';
import { readWav } from '../codec/wav.js';
import { shippedModels } from '../files/shipped.js';
import { subjects } from '../model/run-settings.js';
import { effectiveOptions, effectiveSettings } from './effective.js';
import { refuseForeign } from './foreign-options.js';
import { modelOption } from './tune-options.js';
import { largestWav } from './tune-settings.js';

type Rows = readonly (readonly [string, unknown])[];

const options = {
  model: modelOption,
  effective: flag({ description: 'say what the shared settings are after all, and where each comes from' }),
  ...effectiveOptions,
};

export const info = defineCommand({
  name: 'info',
  summary: 'Say what a model is, what a file of music holds and how it was made, or which settings hold.',
  details:
    'Settings come from the command line, else from the environment (ADVECT_MUSIC_STEPS=80), else from advect.config.json in the\n' +
    'current folder ({ "music": { "steps": 80 } }), else from the model, else they are built in; --effective shows which.',
  positionals: [
    {
      name: 'WHAT',
      description: 'a .mid, .abc, .musicxml, .mxl or .wav file, or a model by name, folder, address or npm:NAME (default: the model)',
      required: false,
    },
  ],
  options,
  examples: [
    ['info', 'the model that comes with the app'],
    ['info tune.wav', 'seed, settings and model of a tune'],
    ['info --effective', 'the settings that compose and its kin would take'],
  ],
  run: runInfo,
});

type Context = CommandContext<typeof options>;

async function runInfo(context: Context): Promise<void> {
  const { options: o, positionals, given, signal } = context;
  const what = positionals[0] ?? o.model;
  const stray = given.find((name) => Object.hasOwn(effectiveOptions, name));
  if (stray && !o.effective) throw new AdvectError('invalid-option', `--${stray} changes nothing here`, 'Give --effective with it.');
  if (pieceKindOf(what)) return show(context, await pieceRows(what, await readLimited(what, largestPiece)));
  if (/\.wav$/i.test(what)) return show(context, wavRows(await readLimited(what, largestWav)));
  const files = await openModelFiles(what, { shipped: shippedModels, signal });
  const manifest = parseManifest(new TextDecoder().decode(files.get('model.json')));
  if (o.effective) return showEffective(context, manifest);
  return show(context, modelRows(manifest));
}

function showEffective({ options, positionals, given, sources, print, json }: Context, manifest: Manifest): void {
  const kind = subjects.find((subject) => subject === manifest.application.kind) ?? 'chorales';
  refuseForeign(kind, given);
  const settings = effectiveSettings(options, positionals.length > 0 ? { ...sources, model: 'the command line' } : sources, {
    name: manifest.name,
    kind,
    manifest,
  });
  const rows = settings.map(({ setting, value, source }) => [setting, String(value), source]);
  print(json ? JSON.stringify(settings) : textTable(rows).join('\n'));
}

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
