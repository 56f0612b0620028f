import {
  choice,
  type CommandContext,
  defineCommand,
  flag,
  list,
  numeric,
  readLimited,
  refuseExisting,
  text,
  writeFileAtomic,
} from '@advect/node';
import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import { findParts, transposed, withTempo } from '../codec/arrange.js';
import { timedNotes } from '../codec/midi-notes.js';
import { writeMidi } from '../codec/midi-write.js';
import { largestPiece, pieceKindOf, readPiece, writePiece } from '../codec/piece-file.js';
import { midiOfPiece } from '../codec/piece-midi.js';
import type { Piece } from '../codec/piece.js';
import { parseSettings } from '../codec/settings.js';
import { readWav, type Sound, writeWav } from '../codec/wav.js';
import { type InstrumentName, instrumentNames } from '../render/instrument.js';
import { synthesiseInSteps } from '../render/synthesise.js';
import { forms } from './output.js';
import { plan } from './plan.js';
import { largestWav } from './tune-settings.js';

const largestFont = 512 * 2 ** 20;

const options = {
  voice: list({
    description: 'instrument of all parts, or one for each in turn; drums are a kit',
    aliases: ['instrument'],
    range: instrumentNames.join(' | '),
    default: 'as the file says',
  }),
  tempo: numeric({ description: 'quarter notes in a minute at the beginning', min: 5, max: 1000, defaultText: 'as the file says' }),
  transpose: numeric({ description: 'semitones up, or down where negative; drums stay', integer: true, min: -60, max: 60, default: 0 }),
  solo: list({ description: 'parts to hear alone, by number, name, or the beginning of a name: S,A', placeholder: 'PARTS' }),
  mute: list({ description: 'parts to leave out', placeholder: 'PARTS' }),
  humanise: numeric({ description: 'unevenness of timing and touch', min: 0, max: 1, default: 0 }),
  hall: numeric({ description: 'how much of the hall is heard', min: 0, max: 1, default: 1 }),
  seed: numeric({
    description: 'of what is drawn: strokes, plucks, unevenness',
    integer: true,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    default: 0,
  }),
  soundfont: text({ description: 'play with this sound font instead (needs the package spessasynth_core)', placeholder: 'FILE.sf2' }),
  like: text({ description: 'take all of the above, where not given, from this file', placeholder: 'FILE.wav' }),
  out: text({
    description: 'a WAV file; or .mid, .abc, .musicxml to write the notes; - for standard output',
    short: 'o',
    placeholder: 'FILE',
    defaultText: 'FILE.wav beside FILE',
  }),
  format: choice(forms, { description: 'of the file beside FILE, or of standard output', default: 'wav' }),
  force: flag({ description: 'replace a file that exists', aliases: ['overwrite'] }),
  noMetadata: flag({ description: 'leave out of the file what the piece was made and rendered with' }),
  dryRun: flag({ description: 'say what would be made, and make nothing' }),
};

type Context = CommandContext<typeof options>;

/** How a piece is rendered; kept in the WAV file, and enough to render it so again. */
type Rendering = Pick<Context['options'], 'voice' | 'tempo' | 'transpose' | 'solo' | 'mute' | 'humanise' | 'hall' | 'seed'>;

const kept = ['voice', 'tempo', 'transpose', 'solo', 'mute', 'humanise', 'hall', 'seed'] as const satisfies (keyof Rendering)[];

export const render = defineCommand({
  name: 'render',
  summary: 'Turn a piece into sound (WAV, 44.1 kHz, 16 bit, stereo), or into another form of notes.',
  details:
    'The piece is a MIDI file of format 0 or 1, an ABC tune, or a MusicXML score (.musicxml, .xml, .mxl). The same piece and\n' +
    'options give the same bytes on every machine; the options are kept in the WAV file. What a form cannot hold is said.',
  positionals: [{ name: 'FILE', description: 'a .mid, .abc, .musicxml, .xml or .mxl file', required: true }],
  options,
  examples: [
    ['render tune.mid --voice organ', 'tune.wav'],
    ['render tune.mid --voice choir,choir,pluck,bass --tempo 60 --transpose -2', 'an instrument for each part, slower and lower'],
    ['render hymn.musicxml --solo tenor -o tenor.wav', 'one voice, to practise'],
    ['render tune.mid -o tune.abc', 'the notes as ABC'],
  ],
  run: runRender,
});

async function runRender(context: Context): Promise<void> {
  const { positionals, note, print, json, write } = context;
  const [path] = positionals;
  const o = { ...context.options, ...(await likeThat(context)) };
  const voices = voicesOf(o.voice);
  const out = o.out ?? `${path.replace(/\.[^./\\]*$/, '')}.${o.format}`;
  const isSound = out === '-' ? o.format === 'wav' : pieceKindOf(out) === undefined;
  if (isSound && out !== '-' && !/\.wav$/i.test(out))
    throw new AdvectError(
      'invalid-option',
      `--out is '${out}'`,
      'End it in .wav, .mid, .abc, .musicxml or .xml, or give - for standard output.',
    );

  const read = await readPiece(path, await readLimited(path, largestPiece));
  const higher = transposed(o.tempo === undefined ? read.piece : withTempo(read.piece, o.tempo), o.transpose);
  const { piece } = higher;
  const soloed = findParts(piece, o.solo, '--solo');
  const muted = new Set(findParts(piece, o.mute, '--mute'));
  const isHeard = (part: number): boolean => !muted.has(part) && (soloed.length === 0 || soloed.includes(part));
  for (const remark of [...read.remarks, ...higher.remarks]) note(`${path}: ${remark}`);
  const heard = { ...piece, parts: piece.parts.filter((_, part) => isHeard(part)) };
  const count = heard.parts.reduce((sum, { notes }) => sum + notes.length, 0);
  if (count === 0)
    throw new AdvectError(
      'invalid-file',
      isSilent(piece) ? `'${path}' has no notes` : `nothing of '${path}' is left to hear`,
      isSilent(piece) ? 'Give a file with notes.' : 'Leave out --solo or --mute.',
    );

  const rendering = Object.fromEntries(kept.map((name) => [name, o[name]]));
  const to = out === '-' ? 'stdout' : 'files';
  if (o.dryRun) {
    const about = { from: path, notes: count, parts: heard.parts.length };
    return print(plan({ ...about, ...(isSound && { ...rendering, soundfont: o.soundfont }) }, to, [out], json));
  }
  if (to === 'files' && !o.force) await refuseExisting(out);
  const { settings, ...bare } = heard;
  const comment = o.noMetadata ? undefined : JSON.stringify({ app: 'advect-music', ...settings, rendering });
  const bytes = isSound
    ? writeWav(o.soundfont === undefined ? await play(context, piece, isHeard, voices, o) : await playFont(heard, o.soundfont), comment)
    : writePiece(out === '-' ? `-.${o.format}` : out, o.noMetadata ? bare : heard);
  if (heard.tempos.length > 1 && ['abc', 'musicxml'].includes(pieceKindOf(out) ?? o.format))
    note(`${out}: the tempo at the beginning is written; it changes ${heard.tempos.length - 1} times in '${path}'`);
  const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
  note(`${counted(count, 'note')} in ${counted(heard.parts.length, 'part')}`);
  if (out === '-') return write(bytes);
  await writeFileAtomic(out, bytes, { force: o.force });
  print(json ? JSON.stringify({ file: out, notes: count, parts: heard.parts.length }) : out);
}

const isSilent = ({ parts }: Piece): boolean => parts.every(({ notes }) => notes.length === 0);

async function play(
  { progress, signal }: Context,
  piece: Piece,
  isHeard: (part: number) => boolean,
  voices: readonly InstrumentName[],
  { humanise, hall, seed }: Rendering,
): Promise<Sound> {
  const notes = timedNotes(midiOfPiece(piece)).filter(({ part }) => isHeard(part));
  const sound = await synthesiseInSteps(notes, {
    instruments: voices.length === 1 ? voices[0] : voices,
    humanise,
    hall,
    seed,
    signal,
    onProgress: (share) => progress.update(Math.round(100 * share), 100, 'rendering'),
  });
  progress.clear();
  return sound;
}

async function playFont(piece: Piece, path: string): Promise<Sound> {
  const font = await readLimited(path, largestFont);
  const { renderSoundFont } = await import('../render/sound-font.js');
  return renderSoundFont(writeMidi(midiOfPiece(piece)), font);
}

function voicesOf(names: readonly string[]): InstrumentName[] {
  return names.map((name) => {
    const found = instrumentNames.find((known) => known === name);
    if (found) return found;
    throw new AdvectError(
      'invalid-option',
      `--voice names '${name}'`,
      `${didYouMean(name, instrumentNames)}Give one or more of ${instrumentNames.join(', ')}.`,
    );
  });
}

/** What the file of --like was rendered with, except for what the command line gives. */
async function likeThat({ options: o, given }: Context): Promise<Partial<Rendering>> {
  if (o.like === undefined) return {};
  const found = parseSettings(readWav(await readLimited(o.like, largestWav)).comment)?.rendering;
  if (typeof found !== 'object' || found === null)
    throw new AdvectError('invalid-file', `'${o.like}' does not say how it was rendered`, 'Give a .wav file that render has written.');
  const entries = Object.entries(found).filter(([name]) => kept.includes(name as (typeof kept)[number]) && !given.includes(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, checked(name as (typeof kept)[number], value, o.like as string)]));
}

/** A value from a file, read as the command line's would be. */
function checked(name: (typeof kept)[number], value: unknown, path: string): unknown {
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  return options[name].read(texts, `${name} in '${path}'`);
}
