import fc from 'fast-check';
import { byStart, type Piece, type PieceNote, type PiecePart } from '#src/codec/piece.js';

/** Notes of one voice one after another on a grid of sixteenths, some apart. */
const line: fc.Arbitrary<PieceNote[]> = fc
  .array(
    fc.record({
      gap: fc.nat(3),
      steps: fc.integer({ min: 1, max: 20 }),
      pitch: fc.integer({ min: 30, max: 95 }),
      touch: fc.integer({ min: 1, max: 127 }),
    }),
    {
      minLength: 1,
      maxLength: 24,
    },
  )
  .map((events) => {
    let at = 0;
    return events.map(({ gap, steps, pitch, touch }) => {
      const start = at + 120 * gap;
      at = start + 120 * steps;
      return { start, length: 120 * steps, pitch, velocity: touch / 127 };
    });
  });

/** One line, or two that sound together, the one above the other. */
const notes = fc.oneof(
  line,
  fc.tuple(line, line).map(([high, low]) => {
    const above = high.map((note) => ({ ...note, pitch: 60 + (note.pitch % 36) }));
    return [...above, ...low.map((note) => ({ ...note, pitch: 24 + (note.pitch % 36) }))].sort(byStart);
  }),
);

const part: fc.Arbitrary<PiecePart> = fc.record({
  name: fc.constantFrom('Soprano', 'Violin I', 'a & b <c>'),
  program: fc.nat(127),
  drums: fc.constant(false),
  notes,
});

/** Pieces on a grid of sixteenths in several metres and keys, some with a pick-up. */
export const pieces: fc.Arbitrary<Piece> = fc.record({
  title: fc.constantFrom('A tune', 'Ännchen & <Co>', ''),
  tempos: fc.integer({ min: 20, max: 300 }).map((perMinute) => [{ tick: 0, perMinute }]),
  metre: fc.constantFrom(
    { beats: 4, beatType: 4 },
    { beats: 3, beatType: 4 },
    { beats: 6, beatType: 8 },
    { beats: 2, beatType: 2 },
    { beats: 5, beatType: 4 },
  ),
  pickup: fc.constantFrom(0, 240, 480),
  key: fc.record({ fifths: fc.integer({ min: -7, max: 7 }), minor: fc.boolean() }),
  parts: fc.array(part, { minLength: 1, maxLength: 4 }),
  settings: fc.constantFrom({ app: 'advect-music', seed: 7 }, { text: 'ü "quoted" 100 % -- <b> ]]>' }),
});

/** What notation keeps of a piece's notes, parts that overlap themselves as one list. */
export const rhythm = ({ parts }: Piece): number[][] =>
  parts
    .flatMap(({ notes: all }) => all.map(({ start, length, pitch }) => [start, length, pitch]))
    .sort((a, b) => a[0] - b[0] || b[2] - a[2] || a[1] - b[1]);
