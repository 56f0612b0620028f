import test from 'ava';
import fc from 'fast-check';
import toneMidi from '@tonejs/midi';
import { grooveOfPiece, pieceOfGroove } from '#src/codec/groove-piece.js';
import { melodyOfPiece, pieceOfMelody } from '#src/codec/melody-piece.js';
import { midiOfPiece, pieceOfMidi } from '#src/codec/piece-midi.js';
import { type Piece, ticksPerQuarter } from '#src/codec/piece.js';
import { readScoreFile } from '#src/codec/score-file.js';
import { pieceKindOf, readPiece, writePiece } from '#src/codec/piece-file.js';
import { readMidi } from '#src/codec/midi-read.js';
import { writeMidi } from '#src/codec/midi-write.js';
import { drums } from '#src/drum-kit.js';
import { grooveOf, strokesOf } from '#src/groove.js';
import { melodyNotes, melodyOf } from '#src/melody.js';
import { notesOf } from '#src/score.js';
import { pieces, rhythm } from './pieces.js';
import { storedZip } from './stored-zip.js';

const sample: Piece = fc.sample(pieces, { numRuns: 1, seed: 5 })[0];

test('a piece goes through MIDI with everything but what MIDI does not have', (t) => {
  fc.assert(
    fc.property(pieces, (piece) => {
      const back = pieceOfMidi(readMidi(writeMidi(midiOfPiece(piece))));
      t.deepEqual(rhythm(back), rhythm(piece));
      t.deepEqual([back.metre, back.key, back.settings, back.title], [piece.metre, piece.key, piece.settings, piece.title]);
      t.deepEqual(
        back.parts.map(({ name, program, drums: d }) => [name, program, d]),
        piece.parts.map(({ name, program, drums: d }) => [name, program, d]),
      );
      t.true(Math.abs(back.tempos[0].perMinute / piece.tempos[0].perMinute - 1) < 1e-5);
    }),
    { numRuns: 60 },
  );
});

const majors = ['Cb', 'Gb', 'Db', 'Ab', 'Eb', 'Bb', 'F', 'C', 'G', 'D', 'A', 'E', 'B', 'F#', 'C#'];

test('an independent reader (@tonejs/midi) finds the same notes, names, programs, tempo, metre and key signature', (t) => {
  fc.assert(
    fc.property(pieces, (piece) => {
      const theirs = new toneMidi.Midi(writeMidi(midiOfPiece(piece)));
      const tracks = theirs.tracks.filter(({ notes }) => notes.length > 0);
      t.deepEqual(
        tracks.map(({ name, instrument }) => [name, instrument.number]),
        piece.parts.map(({ name, program }) => [name, program]),
      );
      const notes = tracks.flatMap((track) => track.notes.map(({ ticks, durationTicks, midi }) => [ticks, durationTicks, midi]));
      t.deepEqual(
        notes.sort((a, b) => a[0] - b[0] || b[2] - a[2] || a[1] - b[1]),
        rhythm(piece),
      );
      t.is(theirs.header.ppq, ticksPerQuarter);
      t.deepEqual(theirs.header.timeSignatures[0].timeSignature, [piece.metre.beats, piece.metre.beatType]);
      t.true(Math.abs(theirs.header.tempos[0].bpm / piece.tempos[0].perMinute - 1) < 1e-5);
      const [signature] = theirs.header.keySignatures;
      t.deepEqual([signature.key, signature.scale], [majors[piece.key!.fifths + 7], piece.key!.minor ? 'minor' : 'major']);
    }),
    { numRuns: 40 },
  );
});

test('a file is read by how it begins, whatever its name', async (t) => {
  for (const name of ['a.mid', 'a.abc', 'a.musicxml', 'a.xml']) {
    const bytes = writePiece(name, sample);
    for (const as of [name, 'x.bin']) {
      const { piece } = await readPiece(as, bytes);
      t.deepEqual(rhythm(piece), rhythm(sample), `${name} as ${as}`);
      t.deepEqual(piece.settings, sample.settings);
    }
  }
  t.deepEqual(['a.MIDI', 'b.abc', 'c.mxl', 'd.XML', 'e.wav'].map(pieceKindOf), ['midi', 'abc', 'mxl', 'musicxml', undefined]);
  t.throws(() => writePiece('a.mxl', sample), { code: 'invalid-option' });
});

test('compressed MusicXML: the score that the container names, or the first; UTF-16 too', async (t) => {
  const xml = new TextDecoder().decode(writePiece('a.xml', sample));
  const container = '<container><rootfiles><rootfile full-path="scores/tune.xml"/></rootfiles></container>';
  const named = storedZip({ 'META-INF/container.xml': container, 'other.xml': '<x/>', 'scores/tune.xml': xml });
  t.deepEqual(rhythm((await readPiece('a.mxl', named)).piece), rhythm(sample));
  t.deepEqual(rhythm((await readPiece('a.mxl', storedZip({ 'tune.musicxml': xml }))).piece), rhythm(sample));
  const wide = Uint8Array.from(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(xml, 'utf16le')]));
  t.deepEqual(rhythm((await readPiece('a.xml', wide)).piece), rhythm(sample));
  await t.throwsAsync(readPiece('a.mxl', storedZip({ 'a.txt': 'x' })), { code: 'invalid-file', message: /holds no score/ });
  const huge = storedZip({ 'a.xml': xml });
  const view = new DataView(huge.buffer);
  for (let i = 0; i + 4 < huge.length; i++) if (view.getUint32(i, true) === 0x02014b50) view.setUint32(i + 24, 0x7fffffff, true);
  await t.throwsAsync(readPiece('a.mxl', huge), { code: 'invalid-file' });
});

test('what is no music is refused with what it is', async (t) => {
  await t.throwsAsync(readPiece('a.mid', new Uint8Array(0)), { code: 'invalid-file', message: /empty/ });
  await t.throwsAsync(readPiece('a.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47)), {
    code: 'invalid-file',
    message: /neither MIDI, ABC nor MusicXML/,
  });
  await t.throwsAsync(readPiece('a.abc', new Uint8Array(17 * 2 ** 20)), { code: 'invalid-file', message: /at most 16777216/ });
});

test('a groove keeps its strokes through MIDI: touch to a 127th, timing to a 120th of a step', async (t) => {
  const stroke = fc.record({
    step: fc.nat(31),
    drum: fc.constantFrom(...drums),
    velocity: fc.integer({ min: 1, max: 127 }).map((v) => v / 127),
    offset: fc.integer({ min: -59, max: 59 }).map((o) => o / 120),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(stroke, { minLength: 1, maxLength: 40 }), async (list) => {
      const groove = grooveOf(
        32,
        list.map((s) => (s.step === 0 ? { ...s, offset: Math.abs(s.offset) } : s)),
      );
      const { piece } = await readPiece('a.mid', writePiece('a.mid', pieceOfGroove(groove, { tempo: 104, title: 'Beat' })));
      const { groove: back, tempo } = grooveOfPiece(piece);
      const rows = strokesOf(groove);
      t.is(Math.round(tempo), 104);
      t.deepEqual(
        strokesOf(back).map(({ step, drum, velocity, offset }) => [step, drum, Math.round(127 * velocity), Math.round(120 * offset)]),
        rows.map(({ step, drum, velocity, offset }) => [step, drum, Math.round(127 * velocity), Math.round(120 * offset)]),
      );
    }),
    { numRuns: 60 },
  );
});

test('what the kit or the grid cannot hold is said; without drums there is no groove', (t) => {
  const strike = (start: number, pitch: number) => ({ start, length: 60, pitch, velocity: 0.5 });
  const part = (notes: ReturnType<typeof strike>[]) => ({ name: '', program: 0, drums: true, notes });
  const base = { title: '', tempos: [{ tick: 0, perMinute: 120 }], metre: { beats: 4, beatType: 4 }, pickup: 0 };
  const { groove, remarks } = grooveOfPiece({ ...base, parts: [part([strike(0, 36), strike(10, 36), strike(0, 56), strike(1930, 38)])] });
  t.is(groove.steps, 32);
  t.deepEqual(remarks, [
    '1 strokes of percussion that the kit has not were left out',
    '1 strokes of a drum fell on the same sixteenth as a harder one and were left out',
  ]);
  t.throws(() => grooveOfPiece({ ...base, parts: [part([strike(0, 56)])] }), { code: 'invalid-file', message: /none of the 1 drum notes/ });
  t.throws(() => grooveOfPiece({ ...base, parts: [] }), { code: 'invalid-file', message: /no drums/ });
});

test('a melody keeps its notes through every kind of file, repeated notes told from held ones', async (t) => {
  const melody = melodyOf(64, [
    { pitch: 67, start: 0, length: 4 },
    { pitch: 67, start: 4, length: 4 },
    { pitch: 69, start: 10, length: 3 },
    { pitch: 72, start: 13, length: 19 },
    { pitch: 60, start: 48, length: 16 },
  ]);
  for (const name of ['a.mid', 'a.abc', 'a.musicxml']) {
    const { piece } = await readPiece(
      name,
      writePiece(name, pieceOfMelody(melody, { tempo: 96, title: 'Tune', program: 73, key: { fifths: 1, minor: false } })),
    );
    const { melody: back, remarks, tempo } = melodyOfPiece(piece);
    t.deepEqual(melodyNotes(back), melodyNotes(melody), name);
    t.deepEqual(remarks, []);
    t.is(Math.round(tempo), 96);
  }
});

test('a hymn with a pick-up stands on the grids with its first whole bar on one, as voices and as drums', async (t) => {
  const abc = (notes: string, clef = 'treble'): Uint8Array => new TextEncoder().encode(`X:1\nM:4/4\nL:1/4\nK:G clef=${clef}\n${notes}\n`);
  const { score } = await readScoreFile('hymn.abc', abc('D|G2 A B|c4|'));
  t.deepEqual(
    notesOf(score, 0).map(({ pitch, start, length }) => [pitch, start, length]),
    [
      [62, 6, 2],
      [67, 8, 4],
      [69, 12, 2],
      [71, 14, 2],
      [72, 16, 8],
    ],
  );
  const { piece } = await readPiece('beat.abc', abc('D,,|C,, D,, C,, D,,|', 'perc'));
  const { groove } = grooveOfPiece(piece);
  t.is(groove.steps, 32);
  t.deepEqual(
    strokesOf(groove).map(({ step, drum }) => [step, drum]),
    [
      [12, 'snare'],
      [16, 'kick'],
      [20, 'snare'],
      [24, 'kick'],
      [28, 'snare'],
    ],
  );
});

test('a melody with a pick-up begins its first whole bar on one; what one voice cannot hold is said', (t) => {
  const notes = [
    { start: 0, length: 480, pitch: 60, velocity: 0.5 },
    { start: 480, length: 480, pitch: 64, velocity: 0.5 },
    { start: 480, length: 480, pitch: 55, velocity: 0.5 },
    { start: 1000, length: 480, pitch: 65, velocity: 0.5 },
  ];
  const { melody, remarks } = melodyOfPiece({
    title: '',
    tempos: [{ tick: 0, perMinute: 120 }],
    metre: { beats: 3, beatType: 4 },
    pickup: 480,
    parts: [{ name: '', program: 0, drums: false, notes }],
  });
  t.deepEqual(melodyNotes(melody).slice(0, 2), [
    { pitch: 60, start: 8, length: 4 },
    { pitch: 64, start: 12, length: 4 },
  ]);
  t.deepEqual(remarks, [
    '1 notes sound below another or on the same sixteenth and were left out',
    '1 notes lie between sixteenths and were moved to the nearest',
    'its metre is 3/4',
  ]);
});
