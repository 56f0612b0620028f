import { type Drum, drumOfNote } from '../drum-kit.js';
import { barLines, clefOf, engrave, type Line, type Tone, type Written } from './engrave.js';
import { type KeySignature, type Piece, type PiecePart, ticksPerQuarter, usualTempo } from './piece.js';
import { marker } from './settings.js';
import { spell } from './spelling.js';
import { escapeXml } from './xml.js';

/** Ticks in one of MusicXML's divisions: a thirty-second is one. */
const division = 60;

const types: Readonly<Record<number, readonly [type: string, dots: number]>> = {
  1920: ['whole', 0],
  1440: ['half', 1],
  960: ['half', 0],
  720: ['quarter', 1],
  480: ['quarter', 0],
  360: ['eighth', 1],
  240: ['eighth', 0],
  180: ['16th', 1],
  120: ['16th', 0],
  60: ['32nd', 0],
};

/** Where each drum stands on a staff of five lines, and its note head. */
const staffOfDrum: Readonly<Record<Drum, readonly [step: string, octave: number, head?: string]>> = {
  kick: ['F', 4],
  snare: ['C', 5],
  closedHat: ['G', 5, 'x'],
  openHat: ['G', 5, 'circle-x'],
  lowTom: ['A', 4],
  midTom: ['D', 5],
  highTom: ['E', 5],
  crash: ['A', 5, 'x'],
  ride: ['F', 5, 'x'],
};

/**
 * A piece as MusicXML 4.0 (score-partwise), settings in a miscellaneous field. It keeps pitches and rhythm on a grid of
 * sixteenths (thirty-seconds where needed), velocities, the first tempo, and instruments; micro-timing has no place in it.
 *
 * Reference: W3C Music Notation Community Group (2021), "MusicXML 4.0".
 */
export function writeMusicXml(piece: Piece): string {
  const { settings } = piece;
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">',
    '<score-partwise version="4.0">',
    `<work><work-title>${escapeXml(piece.title)}</work-title></work>`,
    '<identification>',
    '<encoding><software>Advect</software></encoding>',
    ...(settings
      ? [
          `<miscellaneous><miscellaneous-field name="${marker}">${escapeXml(JSON.stringify(settings))}</miscellaneous-field></miscellaneous>`,
        ]
      : []),
    '</identification>',
    '<part-list>',
    ...piece.parts.flatMap((part, p) => scorePart(part, p)),
    '</part-list>',
    ...piece.parts.flatMap((part, p) => [`<part id="P${p + 1}">`, ...measures(part, p, piece), '</part>']),
    '</score-partwise>',
  ].join('\n')}\n`;
}

const drumNotesIn = (part: PiecePart): number[] => [...new Set(part.notes.map(({ pitch }) => pitch))].sort((a, b) => a - b);

const channelOf = (p: number): number => {
  const channel = (p % 15) + 1;
  return channel >= 10 ? channel + 1 : channel;
};

function scorePart(part: PiecePart, p: number): string[] {
  const notes = part.drums ? drumNotesIn(part) : [];
  return [
    `<score-part id="P${p + 1}"><part-name>${escapeXml(part.name)}</part-name>`,
    ...(part.drums
      ? [
          ...notes.map(
            (note) =>
              `<score-instrument id="P${p + 1}-I${note}"><instrument-name>${drumOfNote(note) ?? `note ${note}`}</instrument-name></score-instrument>`,
          ),
          ...notes.map(
            (note) =>
              `<midi-instrument id="P${p + 1}-I${note}"><midi-channel>10</midi-channel><midi-unpitched>${note + 1}</midi-unpitched></midi-instrument>`,
          ),
        ]
      : [
          `<score-instrument id="P${p + 1}-I1"><instrument-name>${escapeXml(part.name)}</instrument-name></score-instrument>`,
          `<midi-instrument id="P${p + 1}-I1"><midi-channel>${channelOf(p)}</midi-channel><midi-program>${part.program + 1}</midi-program></midi-instrument>`,
        ]),
    '</score-part>',
  ];
}

function measures(part: PiecePart, p: number, piece: Piece): string[] {
  const { lines } = engrave(part, piece);
  return barLines(piece).flatMap((bar, b) => {
    const isPickup = piece.pickup > 0 && b === 0;
    const number = b + (piece.pickup > 0 ? 0 : 1);
    return [
      `<measure number="${number}"${isPickup ? ' implicit="yes"' : ''}>`,
      ...(b === 0 ? attributes(part, piece) : []),
      ...(b === 0 && p === 0 ? tempo(piece) : []),
      ...lines.flatMap((line, voice) => [
        ...(voice > 0 ? [`<backup><duration>${bar.length / division}</duration></backup>`] : []),
        ...line[b].flatMap((written) =>
          noteElements(written, { voice: voice + 1, part, p, key: piece.key ?? { fifths: 0, minor: false } }),
        ),
      ]),
      '</measure>',
    ];
  });
}

function attributes(part: PiecePart, { key, metre }: Piece): string[] {
  const clef = part.drums
    ? '<clef><sign>percussion</sign></clef>'
    : clefOf(part.notes) === 'bass'
      ? '<clef><sign>F</sign><line>4</line></clef>'
      : '<clef><sign>G</sign><line>2</line></clef>';
  return [
    `<attributes><divisions>${ticksPerQuarter / division}</divisions>`,
    ...(key && !part.drums ? [`<key><fifths>${key.fifths}</fifths><mode>${key.minor ? 'minor' : 'major'}</mode></key>`] : []),
    `<time><beats>${metre.beats}</beats><beat-type>${metre.beatType}</beat-type></time>`,
    clef,
    '</attributes>',
  ];
}

function tempo({ tempos }: Piece): string[] {
  const perMinute = Number((tempos[0]?.perMinute ?? usualTempo).toFixed(2));
  return [
    '<direction placement="above"><direction-type><metronome><beat-unit>quarter</beat-unit>' +
      `<per-minute>${perMinute}</per-minute></metronome></direction-type><sound tempo="${perMinute}"/></direction>`,
  ];
}

interface NoteContext {
  readonly voice: number;
  readonly part: PiecePart;
  readonly p: number;
  readonly key: KeySignature;
}

function noteElements(written: Line[number][number], context: NoteContext): string[] {
  if (written.tones.length === 0) return [noteElement(written, undefined, false, context)];
  return written.tones.map((tone, i) => noteElement(written, tone, i > 0, context));
}

function noteElement({ ticks, tied, continued }: Written, tone: Tone | undefined, inChord: boolean, context: NoteContext): string {
  const { voice, part, p, key } = context;
  const pitch = tone?.pitch;
  const [type, dots] = types[ticks] ?? ['', 0];
  const hasTies = pitch !== undefined && !part.drums;
  const ties = hasTies ? [...(continued ? ['stop'] : []), ...(tied ? ['start'] : [])] : [];
  return [
    tone ? `<note dynamics="${((tone.velocity * 127 * 100) / 90).toFixed(2)}">` : '<note>',
    inChord ? '<chord/>' : '',
    pitch === undefined ? '<rest/>' : part.drums ? unpitched(pitch) : pitched(pitch, key),
    `<duration>${ticks / division}</duration>`,
    ...ties.map((kind) => `<tie type="${kind}"/>`),
    pitch !== undefined && part.drums ? `<instrument id="P${p + 1}-I${pitch}"/>` : '',
    `<voice>${voice}</voice>`,
    type && `<type>${type}</type>`,
    '<dot/>'.repeat(dots),
    pitch !== undefined && part.drums ? head(pitch) : '',
    ties.length > 0 ? `<notations>${ties.map((kind) => `<tied type="${kind}"/>`).join('')}</notations>` : '',
    '</note>',
  ].join('');
}

function pitched(pitch: number, key: KeySignature): string {
  const { letter, alter, octave } = spell(pitch, key);
  return `<pitch><step>${letter}</step>${alter === 0 ? '' : `<alter>${alter}</alter>`}<octave>${octave}</octave></pitch>`;
}

const placeOf = (pitch: number): readonly [string, number, string?] => {
  const drum = drumOfNote(pitch);
  return drum ? staffOfDrum[drum] : ['B', 4];
};

const unpitched = (pitch: number): string => {
  const [step, octave] = placeOf(pitch);
  return `<unpitched><display-step>${step}</display-step><display-octave>${octave}</display-octave></unpitched>`;
};

const head = (pitch: number): string => {
  const [, , notehead] = placeOf(pitch);
  return notehead ? `<notehead>${notehead}</notehead>` : '';
};
