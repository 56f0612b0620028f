import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { pieceOfGroove } from '#src/codec/groove-piece.js';
import { readMusicXml } from '#src/codec/musicxml-read.js';
import { writeMusicXml } from '#src/codec/musicxml-write.js';
import { pieceOfScore } from '#src/codec/score-piece.js';
import { drumNotes } from '#src/drum-kit.js';
import { grooveOf, type Stroke } from '#src/groove.js';
import { chorale } from '../fixtures/chorales.js';
import { pieces, rhythm } from './pieces.js';

/** A score of one part from the content of its measures. */
const score = (...measures: string[]): string =>
  `<?xml version="1.0"?><score-partwise version="4.0"><part-list><score-part id="P1"><part-name>A</part-name></score-part></part-list><part id="P1">${measures
    .map((content, i) => `<measure number="${i + 1}">${content}</measure>`)
    .join('')}</part></score-partwise>`;
const pitch = (step: string, octave = 4, alter = 0): string =>
  `<pitch><step>${step}</step>${alter ? `<alter>${alter}</alter>` : ''}<octave>${octave}</octave></pitch>`;
const note = (content: string, duration: number): string => `<note>${content}<duration>${duration}</duration></note>`;
const quarters = '<attributes><divisions>1</divisions></attributes>';

test('any piece on the grid comes back with its touch, metre, key, tempo, names and settings', (t) => {
  fc.assert(
    fc.property(pieces, (piece) => {
      const { piece: back, remarks } = readMusicXml(writeMusicXml(piece));
      t.deepEqual(rhythm(back), rhythm(piece));
      t.deepEqual(back.metre, piece.metre);
      t.deepEqual(back.key, piece.key);
      t.deepEqual(back.settings, piece.settings);
      t.deepEqual(back.tempos, piece.tempos);
      t.is(back.title, piece.title);
      t.deepEqual(remarks, []);
      const touch = (p: typeof piece): number[] =>
        p.parts.flatMap(({ notes }) => notes.map(({ velocity }) => Math.round(127 * velocity))).sort((a, b) => a - b);
      t.deepEqual(touch(back), touch(piece));
    }),
    { numRuns: 60 },
  );
});

test('a chorale is read by music21 as it was written', (t) => {
  const piece = pieceOfScore(chorale, {
    tempo: 90,
    key: { tonic: 10, mode: 'major' },
    program: 52,
    title: 'Chorale',
    settings: { seed: 1 },
  });
  const reference = JSON.parse(readFileSync(new URL('../../../test/codec/reference/chorale-music21.json', import.meta.url), 'utf8')) as {
    musicxml: string;
    parts: { name: string; key: number; metre: string; notes: number[][] }[];
  };
  t.is(writeMusicXml(piece), reference.musicxml, 'the file that music21 has read; make the reference again where the writer changes');
  t.deepEqual(
    reference.parts.map(({ name, key, metre, notes }) => ({ name, key, metre, notes })),
    piece.parts.map(({ name, notes }) => ({
      name,
      key: -2,
      metre: '4/4',
      notes: notes.map(({ start, length, pitch: p }) => [start, length, p]),
    })),
  );
});

test('drums keep their notes, their touch and their place', (t) => {
  const strokes: Stroke[] = [
    { step: 0, drum: 'kick', velocity: 100 / 127, offset: 0 },
    { step: 0, drum: 'crash', velocity: 60 / 127, offset: 0 },
    { step: 6, drum: 'openHat', velocity: 30 / 127, offset: 0.2 },
  ];
  const { piece } = readMusicXml(writeMusicXml(pieceOfGroove(grooveOf(16, strokes), { tempo: 100, title: 'Beat' })));
  t.true(piece.parts.every(({ drums }) => drums));
  t.deepEqual(
    piece.parts.flatMap(({ notes }) => notes.map(({ start, pitch: p, velocity }) => [start, p, Math.round(127 * velocity)])),
    [
      [0, drumNotes.crash, 60],
      [0, drumNotes.kick, 100],
      [720, drumNotes.openHat, 30],
    ],
  );
});

test('voices, chords, backup and forward, ties over bars, grace and cue notes', (t) => {
  const { piece } = readMusicXml(
    score(
      `${quarters}<note><grace/>${pitch('G')}</note><note><cue/>${pitch('A')}<duration>4</duration></note><backup><duration>4</duration></backup>` +
        `<note>${pitch('C', 5)}<duration>3</duration><voice>1</voice></note><note><chord/>${pitch('E', 5)}<duration>3</duration><voice>1</voice></note>` +
        `<note>${pitch('D', 5)}<duration>1</duration><tie type="start"/><voice>1</voice></note>` +
        `<backup><duration>4</duration></backup><forward><duration>2</duration></forward><note>${pitch('C', 3)}<duration>2</duration><voice>2</voice></note>`,
      `<note>${pitch('D', 5)}<duration>2</duration><tie type="stop"/><voice>1</voice></note>`,
    ),
  );
  t.deepEqual(
    piece.parts.map(({ notes }) => notes.map(({ start, length, pitch: p }) => [start, length, p])),
    [
      [
        [0, 1440, 76],
        [0, 1440, 72],
        [1440, 1440, 74],
      ],
      [[960, 960, 48]],
    ],
  );
});

test('repeats are played out, with their endings', (t) => {
  const bar = (step: string, before = '', after = ''): string => `${before}${note(pitch(step), 4)}${after}`;
  const { piece } = readMusicXml(
    score(
      bar('C', quarters),
      bar('D', '<barline location="left"><repeat direction="forward"/></barline>'),
      bar(
        'E',
        '<barline location="left"><ending number="1" type="start"/></barline>',
        '<barline location="right"><ending number="1" type="stop"/><repeat direction="backward"/></barline>',
      ),
      bar(
        'F',
        '<barline location="left"><ending number="2" type="start"/></barline>',
        '<barline location="right"><ending number="2" type="discontinue"/></barline>',
      ),
      bar('G', '', '<barline location="right"><repeat direction="backward" times="3"/></barline>'),
    ),
  );
  t.deepEqual(
    piece.parts[0].notes.map(({ pitch: p }) => p),
    [60, 62, 64, 62, 65, 67, 67, 67],
  );
});

test('transposing instruments sound where they sound, and tempi lie where they are', (t) => {
  const { piece } = readMusicXml(
    score(
      `<attributes><divisions>2</divisions><key><fifths>2</fifths></key><transpose><chromatic>-2</chromatic></transpose></attributes>${note(pitch('D'), 8)}`,
      `<direction><sound tempo="60"/></direction>${note(pitch('E', 4, 1), 8)}`,
    ),
  );
  t.deepEqual(
    piece.parts[0].notes.map(({ pitch: p }) => p),
    [60, 63],
  );
  t.deepEqual(piece.tempos, [
    { tick: 0, perMinute: 120 },
    { tick: 1920, perMinute: 60 },
  ]);
  t.deepEqual(piece.key, { fifths: 0, minor: false });
});

test('a timewise score is the same as a partwise one', (t) => {
  const parts = ['P1', 'P2'];
  const head = `<part-list>${parts.map((id) => `<score-part id="${id}"><part-name>${id}</part-name></score-part>`).join('')}</part-list>`;
  const content = (id: string, bar: number): string => (bar === 0 ? quarters : '') + note(pitch(id === 'P1' ? 'C' : 'E', 4 + bar), 4);
  const timewise = `<score-timewise>${head}${[0, 1].map((bar) => `<measure number="${bar}">${parts.map((id) => `<part id="${id}">${content(id, bar)}</part>`).join('')}</measure>`).join('')}</score-timewise>`;
  const partwise = `<score-partwise>${head}${parts.map((id) => `<part id="${id}">${[0, 1].map((bar) => `<measure number="${bar}">${content(id, bar)}</measure>`).join('')}</part>`).join('')}</score-partwise>`;
  t.deepEqual(readMusicXml(timewise), readMusicXml(partwise));
});

test('what is said: jumps, metres that change, quarter tones, absurd lengths', (t) => {
  const { remarks } = readMusicXml(
    score(
      `<attributes><divisions>1</divisions><time><beats>4</beats><beat-type>4</beat-type></time></attributes>${note(pitch('C', 4, 0.5), 4)}`,
      `<attributes><time><beats>3</beats><beat-type>4</beat-type></time></attributes><sound dacapo="yes"/>${note(pitch('C'), 3)}${note(pitch('C'), 1e9)}`,
    ),
  );
  t.is(remarks.length, 4);
});

const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 20 }, (_, i) => `<!ENTITY a${i} "${`&a${i ? i - 1 : ''};`.repeat(10)}">`).join('')}]><score-partwise><work><work-title>&a19;</work-title></work></score-partwise>`;
const refused: Readonly<Record<string, readonly [string, RegExp]>> = {
  'no XML': ['hello', /not usable XML/],
  'cut off': [score(quarters + note(pitch('C'), 4)).slice(0, 200), /not usable XML/],
  'another root': ['<html><body><p>x</p></body></html>', /its root is <html>/],
  'a score without notes': [score(quarters), /no notes/],
  'entities that grow': [bomb, /not usable XML.*entit/i],
  'an entity from a file': [
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><score-partwise><work><work-title>&e;</work-title></work></score-partwise>',
    /entit/i,
  ],
  'elements nested without end': [`<score-partwise>${'<a>'.repeat(100_000)}`, /nested more than 64 deep/],
};
for (const [name, [text, message]] of Object.entries(refused)) {
  test(`refused: ${name}`, (t) => void t.throws(() => readMusicXml(text), { code: 'invalid-file', message }));
}
