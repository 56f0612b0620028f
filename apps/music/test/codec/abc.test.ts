import { createRequire } from 'node:module';
import test from 'ava';
import fc from 'fast-check';
import { readAbc } from '#src/codec/abc-read.js';
import { writeAbc } from '#src/codec/abc-write.js';
import { clefOf } from '#src/codec/engrave.js';
import type { Piece } from '#src/codec/piece.js';
import { pieceOfScore } from '#src/codec/score-piece.js';
import { pieceOfGroove } from '#src/codec/groove-piece.js';
import { grooveOf } from '#src/groove.js';
import { chorales } from '../fixtures/chorales.js';
import { pieces, rhythm } from './pieces.js';

interface AbcJs {
  parseOnly(abc: string): [{ warnings?: string[]; setUpAudio(options: object): { tracks: AbcJsEvent[][] } }];
}
type AbcJsEvent = { cmd: string; start: number; duration: number; pitch: number };
const abcjs = createRequire(import.meta.url)('abcjs') as AbcJs;

/** Start, length and pitch of every note, as abcjs plays them. */
function played(abc: string): { notes: number[][]; warnings: string[] } {
  const [tune] = abcjs.parseOnly(abc);
  const notes = tune
    .setUpAudio({ chordsOff: true })
    .tracks.flatMap((track) => track.filter(({ cmd }) => cmd === 'note').map(({ start, duration, pitch }) => [start, duration, pitch]));
  const ticks = notes.map(([start, duration, pitch]) => [Math.round(start * 1920), Math.round(duration * 1920), pitch]);
  return { notes: ticks.sort((a, b) => a[0] - b[0] || b[2] - a[2] || a[1] - b[1]), warnings: tune.warnings ?? [] };
}

const all = [...chorales.train, ...chorales.valid, ...chorales.test];

const chorale = (i: number): Piece =>
  pieceOfScore(all[i], { tempo: 90, key: { tonic: 10, mode: 'major' }, program: 52, title: 'Chorale', settings: { seed: i } });

test('chorales come back note for note, and an independent player (abcjs) plays the same notes', (t) => {
  for (let i = 0; i < all.length; i++) {
    const piece = chorale(i);
    const abc = writeAbc(piece);
    const { piece: back, remarks } = readAbc(abc);
    t.deepEqual(rhythm(back), rhythm(piece));
    t.deepEqual(back.settings, piece.settings);
    t.deepEqual(remarks, []);
    t.deepEqual(
      back.parts.map(({ name, program }) => [name, program]),
      piece.parts.map(({ name, program }) => [name, program]),
    );
    const { notes, warnings } = played(abc);
    t.deepEqual(notes, rhythm(piece));
    t.deepEqual(warnings, []);
  }
});

test('a staff has the clef under which its notes lie nearest', (t) => {
  const clef = (...pitches: number[]): string => clefOf(pitches.map((pitch) => ({ pitch })));
  t.is(clef(67, 67, 60, 53, 48), 'bass', 'a high tenor and the bass');
  t.is(clef(72, 67, 64, 57), 'treble', 'soprano and alto');
  t.is(clef(), 'treble');
});

test('two voices on a staff, and few bars in a line, are the same music', (t) => {
  const piece = chorale(0);
  const abc = writeAbc(piece, {
    barsInSystem: 2,
    staves: [
      [0, 1],
      [2, 3],
    ],
  });
  t.deepEqual(rhythm(readAbc(abc).piece), rhythm(piece));
  const { notes, warnings } = played(abc);
  t.deepEqual([notes, warnings], [rhythm(piece), []]);
  const [tune] = abcjs.parseOnly(abc) as unknown as [{ lines: { staff: { clef: { type: string }; voices: unknown[] }[] }[] }];
  const shape = tune.lines.map(({ staff }) => staff.map(({ clef, voices }) => [clef.type, voices.length]));
  t.deepEqual(
    shape,
    shape.map(() => [
      ['treble', 2],
      ['bass', 2],
    ]),
  );
  t.is(shape.length, Math.ceil(all[0].steps / 16));
});

test('any piece on the grid comes back: metres, keys, pick-ups, parts that sound together', (t) => {
  fc.assert(
    fc.property(pieces, (piece) => {
      const { piece: back } = readAbc(writeAbc(piece));
      t.deepEqual(rhythm(back), rhythm(piece));
      t.deepEqual(back.metre, piece.metre);
      t.deepEqual(back.key, piece.key);
      t.deepEqual(back.settings, piece.settings);
      t.is(back.tempos[0].perMinute, piece.tempos[0].perMinute);
    }),
    { numRuns: 60 },
  );
});

test('drums keep their notes and their channel', (t) => {
  const groove = grooveOf(16, [
    { step: 0, drum: 'kick', velocity: 0.9, offset: 0 },
    { step: 0, drum: 'closedHat', velocity: 0.5, offset: 0.1 },
    { step: 4, drum: 'snare', velocity: 0.8, offset: -0.1 },
  ]);
  const { piece } = readAbc(writeAbc(pieceOfGroove(groove, { tempo: 100, title: 'Beat' })));
  t.true(piece.parts.every(({ drums }) => drums));
  t.deepEqual(
    piece.parts.flatMap(({ notes }) => notes.map(({ start, pitch }) => [start, pitch])),
    [
      [0, 42],
      [0, 36],
      [480, 38],
    ],
  );
});

/** Tunes whose notes abcjs reads on its own. */
const tunes: Readonly<Record<string, string>> = {
  'broken rhythm, triplets, rests and two endings':
    'X:1\nT:Reel\nM:4/4\nL:1/8\nQ:1/4=100\nK:D\n|:A>B c<d e2 (3fga|1 A2 z2 d4:|2 A4 d4|]\n|:FA dA FA dA|G2 B2 [CEG]2 c/d/e/f/:|\n',
  'six eight, a pick-up, accidentals within a bar': 'X:2\nT:Jig\nM:6/8\nL:1/8\nK:Em\nB|EFE (3GAB c|_B=B^c d2-|d3 e2f|g3-g2:|\n',
  'church modes and keys on the way':
    "X:1\nM:3/4\nL:1/4\nK:Ador\nF G A|^F F _f|\nK:Bblyd\nE A B|\nK:C#\nCDE|\nK:Ebmin\nA,, c' d''|[K:G] F2 f|\n",
  'two voices line by line': 'X:1\nM:2/2\nL:1/4\nV:1\nV:2 clef=bass\nK:F\n[V:1] c4|d4-|d4|\n[V:2] F,2 C,2|B,,4|F,,4|\n',
  'ties over bars and in chords, whole-bar rests': 'X:1\nL:1/4\nM:4/4\nK:C\nC2- C2-|C D- D2|[CE]2-[CE]2|z4|Z|E4|\n',
  'lengths of many kinds': 'X:1\nM:4/4\nL:1/8\nK:C\nA3/2 B/ c3/4 d// e4|A/2 B/4 c// d2>e2 f|\n',
  'lyrics, chord names, marks and comments':
    'X:1\nM:4/4\nL:1/4\nK:Am % minor\n"^slow"!f!A .B c (de)|\nw: la la la la\nvA uB c d|% the end\n',
};

for (const [name, abc] of Object.entries(tunes)) {
  test(`read as abcjs reads it: ${name}`, (t) => {
    const { piece, remarks } = readAbc(abc);
    t.deepEqual(rhythm(piece), played(abc).notes);
    t.deepEqual(remarks, []);
  });
}

test('grace notes are left out, an overlay sounds together with its bar, other tunes are counted', (t) => {
  const { piece, remarks } = readAbc('X:1\nL:1/4\nM:4/4\nK:C\n{g}c2 d2 & E4|\n\nX:2\nK:D\nA\n');
  t.deepEqual(rhythm(piece), [
    [0, 960, 72],
    [0, 1920, 64],
    [960, 960, 74],
  ]);
  t.deepEqual(remarks, ['it holds 2 tunes; the first is read']);
});

test('what is no tune is refused; what is merely odd is read, and said', (t) => {
  t.throws(() => readAbc(''), { code: 'invalid-file', message: /no K: line/ });
  t.throws(() => readAbc('X:1\nT:x\nK:C\n'), { code: 'invalid-file', message: /no notes/ });
  t.throws(() => readAbc(`X:1\nK:C\n${'Z999'.repeat(200)}|A`), { code: 'invalid-file', message: /more than \d+ bars|bars; at most/ });
  t.throws(() => readAbc(`X:1\nL:1/4\nK:C\n${'A'.repeat(300_000)}`), { code: 'invalid-file', message: /more than 200000 notes/ });
  t.deepEqual(readAbc('X:1\nK:C\nA @ B # c|').remarks, ['2 marks in it are not known and were left out']);
  t.deepEqual(readAbc('X:1\nM:none\nK:C\nA B|').remarks, ['it has no metre; bars are counted as four quarter notes']);
});
