import type { Bar, BarNote } from './assemble.js';
import { barTicks, type KeySignature, type Metre, ticksPerQuarter, usualVelocity } from './piece.js';
import { pitchOf, type Spelling } from './spelling.js';
import { childOf, numberOf, textOf, type XmlElement } from './xml.js';

/** Reads the bars of one part one after another. */
export interface BarReader {
  read(measure: XmlElement): void;
  readonly barCount: number;
  /** The bars of each voice that has notes. */
  voices(): Bar[][];
  /** The bars without notes: their lengths and marks. */
  marks(): Bar[];
  /** Tempi in a bar, in ticks from its beginning. */
  tempos(bar: number): readonly { at: number; perMinute: number }[];
  /** The first of the part. */
  readonly metre?: Metre;
  readonly key?: KeySignature;
  readonly isUnpitched: boolean;
  readonly remarks: ReadonlySet<string>;
}

/** Quarter notes that one note or one bar may last. */
const longest = 1024 * ticksPerQuarter;

/** The reader of a part, whose unpitched instruments strike the given MIDI notes. */
export function barReader(unpitched: ReadonlyMap<string, number>): BarReader {
  const voices = new Map<string, Map<number, BarNote[]>>();
  const marks: Bar[] = [];
  const tempos: { at: number; perMinute: number }[][] = [];
  const remarks = new Set<string>();
  let [divisions, shift] = [1, 0];
  let [metre, firstMetre]: (Metre | undefined)[] = [];
  let key: KeySignature | undefined;
  let isUnpitched = false;

  const ticksOf = (element: XmlElement): number => {
    const ticks = Math.round(((numberOf(element, 'duration') ?? 0) * ticksPerQuarter) / divisions);
    if (ticks < 0 || ticks > longest) remarks.add('a duration in it is out of all proportion and was left out');
    return ticks < 0 || ticks > longest ? 0 : ticks;
  };

  function readAttributes(element: XmlElement): void {
    const given = numberOf(element, 'divisions');
    if (given !== undefined && given > 0) divisions = given;
    const time = childOf(element, 'time');
    const [beats, beatType] = [textOf(time ?? element, 'beats'), numberOf(time ?? element, 'beat-type')];
    if (time && beats && beatType) {
      const sum = beats.split('+').reduce((total, n) => total + Number(n), 0);
      if (sum > 0 && sum <= 64 && [1, 2, 4, 8, 16, 32, 64].includes(beatType)) {
        if (firstMetre && (sum !== firstMetre.beats || beatType !== firstMetre.beatType))
          remarks.add('its metre changes on the way; notes keep their lengths, and bars are counted in the first one');
        metre = { beats: sum, beatType };
        firstMetre ??= metre;
      }
    }
    const transpose = childOf(element, 'transpose');
    if (transpose) {
      const semitones = (numberOf(transpose, 'chromatic') ?? 0) + 12 * (numberOf(transpose, 'octave-change') ?? 0);
      shift = Math.abs(semitones) <= 60 ? Math.round(semitones) : 0;
    }
    const signature = childOf(element, 'key');
    const fifths = signature && numberOf(signature, 'fifths');
    if (signature && fifths !== undefined && Math.abs(fifths) <= 7) {
      // A transposing instrument is written in another key than it sounds in.
      const sounding = shift % 12 === 0 ? fifths : ((((fifths + 7 * shift + 5) % 12) + 12) % 12) - 5;
      key ??= { fifths: sounding, minor: textOf(signature, 'mode') === 'minor' };
    }
  }

  function pitchIn(note: XmlElement): number | undefined {
    const pitch = childOf(note, 'pitch');
    if (pitch) {
      const alter = numberOf(pitch, 'alter') ?? 0;
      if (!Number.isInteger(alter)) remarks.add('notes between the semitones were moved to the nearest');
      const letter = textOf(pitch, 'step') as Spelling['letter'];
      const written = pitchOf({ letter, alter: Math.round(alter), octave: numberOf(pitch, 'octave') ?? 4 });
      return Number.isFinite(written) ? written + shift : undefined;
    }
    const drum = childOf(note, 'unpitched');
    if (!drum) return undefined;
    isUnpitched = true;
    const id = childOf(note, 'instrument')?.attributes.id;
    const only = unpitched.size === 1 ? [...unpitched.values()][0] : undefined;
    return unpitched.get(id ?? '') ?? only ?? 38;
  }

  function addNote(note: XmlElement, bar: number, start: number, length: number): void {
    if (childOf(note, 'rest') || childOf(note, 'cue') || length === 0) return;
    const pitch = pitchIn(note);
    if (pitch === undefined) return;
    if (pitch < 0 || pitch > 127) return void remarks.add('notes outside MIDI’s 128 pitches were left out');
    const voice = `${textOf(note, 'staff') ?? ''} ${textOf(note, 'voice') ?? ''}`;
    const bars = voices.get(voice) ?? new Map<number, BarNote[]>();
    voices.set(voice, bars);
    const notes = bars.get(bar) ?? [];
    bars.set(bar, notes);
    const dynamics = Number(note.attributes.dynamics ?? NaN);
    const velocity = Number.isFinite(dynamics) ? Math.min(1, Math.max(1 / 127, (dynamics * 90) / 12_700)) : usualVelocity;
    const tied = note.children.some(({ name, attributes }) => name === 'tie' && attributes.type === 'start');
    notes.push({ start, length, pitch, velocity, tied });
  }

  function readSound(element: XmlElement, bar: number, at: number): void {
    const sound = element.name === 'sound' ? element : childOf(element, 'sound');
    const perMinute = Number(sound?.attributes.tempo ?? NaN);
    if (perMinute >= 5 && perMinute <= 1000) (tempos[bar] ??= []).push({ at, perMinute });
    const jumps = ['dacapo', 'dalsegno', 'tocoda', 'fine'];
    if (sound && jumps.some((jump) => jump in sound.attributes)) remarks.add('it has jumps (da capo, segno, coda), which are not followed');
  }

  function read(measure: XmlElement): void {
    const bar = marks.length;
    let [at, end, chordStart] = [0, 0, 0];
    let line: { opens: boolean; closes?: number; ending?: readonly number[] } = { opens: false };
    for (const element of measure.children) {
      switch (element.name) {
        case 'attributes':
          readAttributes(element);
          break;
        case 'note': {
          if (childOf(element, 'grace')) break;
          const ticks = ticksOf(element);
          if (childOf(element, 'chord')) {
            addNote(element, bar, chordStart, ticks);
            break;
          }
          addNote(element, bar, at, ticks);
          chordStart = at;
          at += ticks;
          break;
        }
        case 'backup':
          at = Math.max(0, at - ticksOf(element));
          break;
        case 'forward':
          at += ticksOf(element);
          break;
        case 'direction':
        case 'sound':
          readSound(element, bar, at);
          break;
        case 'barline':
          line = { ...line, ...barLine(element) };
          break;
        default:
      }
      end = Math.min(longest, Math.max(end, at));
    }
    const open = openEnding(marks.at(-1));
    const ending = line.ending ?? open;
    if (ending && measure.children.some((element) => endsEnding(element))) closed.add(bar);
    marks.push({ ...line, ...(ending && { ending }), notes: [], length: end || barTicks(metre ?? { beats: 4, beatType: 4 }) });
  }

  /** Bars in which an ending ends. */
  const closed = new Set<number>();
  const openEnding = (before: Bar | undefined): readonly number[] | undefined =>
    before?.ending && !closed.has(marks.length - 1) ? before.ending : undefined;

  return {
    read,
    get barCount() {
      return marks.length;
    },
    voices: () => [...voices.values()].map((bars) => marks.map((mark, i) => ({ ...mark, notes: bars.get(i) ?? [] }))),
    marks: () => marks,
    tempos: (bar) => tempos[bar] ?? [],
    get metre() {
      return firstMetre;
    },
    get key() {
      return key;
    },
    get isUnpitched() {
      return isUnpitched;
    },
    remarks,
  };
}

const endsEnding = (element: XmlElement): boolean =>
  element.name === 'barline' && ['stop', 'discontinue'].includes(childOf(element, 'ending')?.attributes.type ?? '');

function barLine(element: XmlElement): { opens?: boolean; closes?: number; ending?: readonly number[] } {
  const repeat = childOf(element, 'repeat')?.attributes;
  const ending = childOf(element, 'ending')?.attributes;
  const passes = [...(ending?.number ?? '').matchAll(/\d+/g)].map(Number).filter((pass) => pass >= 1 && pass <= 16);
  const times = Number(repeat?.times ?? 2);
  return {
    ...(repeat?.direction === 'forward' && { opens: true }),
    ...(repeat?.direction === 'backward' && { closes: times >= 2 && times <= 16 ? Math.round(times) : 2 }),
    ...(ending?.type === 'start' && passes.length > 0 && { ending: passes }),
  };
}
