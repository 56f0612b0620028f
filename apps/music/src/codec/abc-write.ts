import { barLines, clefOf, engrave, type Line, type Written } from './engrave.js';
import { barTicks, type KeySignature, type Piece, ticksPerQuarter } from './piece.js';
import { marker } from './settings.js';
import { alteredBy, spell, type Spelling } from './spelling.js';

const unit = ticksPerQuarter / 2;
const plain: KeySignature = { fifths: 0, minor: false };

const majors = ['Cb', 'Gb', 'Db', 'Ab', 'Eb', 'Bb', 'F', 'C', 'G', 'D', 'A', 'E', 'B', 'F#', 'C#'] as const;
const minors = ['Ab', 'Eb', 'Bb', 'F', 'C', 'G', 'D', 'A', 'E', 'B', 'F#', 'C#', 'G#', 'D#', 'A#'] as const;

/** How the music stands on paper. */
export interface AbcLayout {
  /** Bars in a line. Default 4. */
  readonly barsInSystem?: number;
  /** Numbers of the parts that share a staff, staff by staff. Default: each part has its own. */
  readonly staves?: readonly (readonly number[])[];
}

/**
 * A piece as ABC 2.1, a voice for each line of each part, settings in a comment. It keeps pitches and rhythm on a
 * grid of sixteenths (thirty-seconds where needed), the first tempo, and instruments as `%%MIDI`; touch and micro-timing have
 * no place in it.
 *
 * Reference: Walshaw et al. (2011), "The abc music standard 2.1".
 */
export function writeAbc(piece: Piece, { barsInSystem = 4, staves }: AbcLayout = {}): string {
  const { key = plain } = piece;
  const voices = piece.parts.flatMap((part, p) =>
    engrave(part, piece).lines.map((line, l) => ({
      part,
      number: p,
      line,
      clef: part.drums ? 'perc' : clefOf(staves?.find((parts) => parts.includes(p))?.flatMap((of) => piece.parts[of].notes) ?? part.notes),
      id: `P${p + 1}${l === 0 ? '' : String.fromCharCode(97 + (l % 26)) + (l < 26 ? '' : Math.floor(l / 26))}`,
    })),
  );
  const head = [
    'X:1',
    `T:${oneLine(piece.title)}`,
    ...(piece.settings ? [`% ${marker} ${JSON.stringify(piece.settings)}`] : []),
    `M:${piece.metre.beats}/${piece.metre.beatType}`,
    'L:1/8',
    `Q:1/4=${Math.round(piece.tempos[0]?.perMinute ?? 120)}`,
    `K:${key.minor ? `${minors[key.fifths + 7]}m` : majors[key.fifths + 7]}`,
    ...(staves
      ? [
          `%%score [${staves.map((parts) => `(${voices.flatMap(({ number, id }) => (parts.includes(number) ? [id] : [])).join(' ')})`).join(' | ')}]`,
        ]
      : []),
    ...voices.flatMap(({ part, id, clef }) => [
      `V:${id} clef=${clef} name="${oneLine(part.name).replaceAll('"', "'")}"`,
      ...(part.drums ? ['%%MIDI channel 10'] : [`%%MIDI program ${part.program}`]),
    ]),
  ];
  const bars = barLines(piece);
  const beat = piece.metre.beatType >= 8 && piece.metre.beats % 3 === 0 ? 3 * unit : barTicks(piece.metre) / piece.metre.beats;
  const systems: string[] = [];
  for (let from = 0; from < bars.length; from += barsInSystem) {
    for (const { line, id } of voices) {
      const text = line.slice(from, from + barsInSystem).map((bar) => barText(bar, beat, key));
      systems.push(`[V:${id}] ${text.join(' | ')} ${from + barsInSystem >= bars.length ? '|]' : '|'}`);
    }
  }
  return `${[...head, ...systems].join('\n')}\n`;
}

function barText(bar: Line[number], beat: number, key: KeySignature): string {
  const altered = new Set<string>();
  return bar
    .map((written) => {
      const text = chordText(written, (pitch) => noteText(spell(pitch, key), altered, key.fifths));
      return (written.start % beat === 0 && written.start > 0 ? ' ' : '') + text;
    })
    .join('');
}

function chordText({ tones, ticks, tied }: Written, note: (pitch: number) => string): string {
  const length = lengthText(ticks);
  if (tones.length === 0) return `z${length}`;
  const notes = tones.map(({ pitch }) => note(pitch));
  return `${notes.length === 1 ? notes[0] : `[${notes.join('')}]`}${length}${tied ? '-' : ''}`;
}

function lengthText(ticks: number): string {
  if (ticks % unit === 0) return ticks === unit ? '' : `${ticks / unit}`;
  let [over, under] = [ticks, unit];
  while (over % 2 === 0 && under % 2 === 0) [over, under] = [over / 2, under / 2];
  for (const p of [3, 5]) while (over % p === 0 && under % p === 0) [over, under] = [over / p, under / p];
  return `${over === 1 ? '' : over}/${under}`;
}

function noteText({ letter, alter, octave }: Spelling, altered: Set<string>, signature: number): string {
  // Programs differ in how far an accidental holds: each altered note has its own, and each that follows one on its letter.
  const isUsual = alter === alteredBy(letter, signature);
  const needsSign = !isUsual || altered.has(letter);
  if (!isUsual) altered.add(letter);
  const sign = !needsSign ? '' : alter === 0 ? '=' : alter > 0 ? '^'.repeat(alter) : '_'.repeat(-alter);
  const name = octave >= 5 ? letter.toLowerCase() + "'".repeat(octave - 5) : letter + ','.repeat(4 - octave);
  return sign + name;
}

/** A text that cannot end its line or begin a comment. */
const oneLine = (text: string): string => text.replace(/[\r\n%\\]+/g, ' ').trim();
