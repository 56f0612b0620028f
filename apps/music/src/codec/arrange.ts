import { AdvectError } from '@advect/base/errors';
import { barTicks, type Piece, type PiecePart, type ReadPiece } from './piece.js';

/** A piece at another tempo: the first becomes `perMinute` quarter notes in a minute, later ones keep their ratio to it. */
export function withTempo(piece: Piece, perMinute: number): Piece {
  const ratio = perMinute / piece.tempos[0].perMinute;
  return { ...piece, tempos: piece.tempos.map((tempo) => ({ ...tempo, perMinute: tempo.perMinute * ratio })) };
}

/** A piece that begins with a whole bar: its pick-up stands at the end of one, behind silence. */
export function fromWholeBar(piece: Piece): Piece {
  if (piece.pickup === 0) return piece;
  const bar = barTicks(piece.metre);
  const later = (bar - (piece.pickup % bar)) % bar;
  const parts = piece.parts.map((part) => ({ ...part, notes: part.notes.map((note) => ({ ...note, start: note.start + later })) }));
  const tempos = piece.tempos.map((tempo, i) => (i === 0 ? tempo : { ...tempo, tick: tempo.tick + later }));
  return { ...piece, tempos, pickup: 0, parts };
}

/** A piece some semitones higher, its key with it; drums stay. Notes that would leave MIDI's 128 pitches are left out, and said. */
export function transposed(piece: Piece, semitones: number): ReadPiece {
  let lost = 0;
  const parts = piece.parts.map((part): PiecePart => {
    if (part.drums) return part;
    const notes = part.notes.map((note) => ({ ...note, pitch: note.pitch + semitones })).filter(({ pitch }) => pitch >= 0 && pitch <= 127);
    lost += part.notes.length - notes.length;
    return { ...part, notes };
  });
  const key = piece.key && { ...piece.key, fifths: nearestKey(piece.key.fifths + 7 * semitones, piece.key.minor ? 6 : 5) };
  return {
    piece: { ...piece, parts, ...(key && { key }) },
    remarks: lost > 0 ? [`${lost} notes would lie outside of MIDI's 128 pitches and were left out`] : [],
  };
}

/** Of the signatures that sound alike the one with the fewest accidentals; of six, as keys are named here, flats in minor and sharps in major. */
const nearestKey = (fifths: number, mostFlats: number): number => ((((fifths + mostFlats) % 12) + 12) % 12) - mostFlats;

/**
 * The numbers of the parts that are meant: by number from 1, by name, or by the beginning of a name, in small or capital letters.
 * Throws `invalid-option` for one that is none, or several.
 */
export function findParts(piece: Piece, wanted: readonly string[], option: string): number[] {
  const names = piece.parts.map(({ name }) => name.toLowerCase());
  return wanted.flatMap((text) => {
    const word = text.toLowerCase();
    if (/^\d+$/.test(word) && Number(word) >= 1 && Number(word) <= names.length) return [Number(word) - 1];
    const all = names.map((_, i) => i);
    const exact = all.filter((i) => names[i] === word);
    const begun = exact.length > 0 ? exact : all.filter((i) => names[i].startsWith(word));
    if (begun.length === 1) return begun;
    const list = piece.parts.map(({ name }, i) => `${i + 1}${name ? ` ${name}` : ''}`).join(', ');
    throw new AdvectError(
      'invalid-option',
      `${option} names '${text}', which is ${begun.length === 0 ? 'no part' : `${begun.length} parts`} of the piece`,
      `Its parts are: ${list}.`,
    );
  });
}
