import test from 'ava';
import { readMidi } from '#src/codec/midi-read.js';
import { writeMidi } from '#src/codec/midi-write.js';
import type { MidiEvent } from '#src/codec/midi.js';
import { readWav } from '#src/codec/wav.js';
import { settingsOf } from '#src/codec/score-midi.js';
import type { TuneSettings } from '#src/model/tune-settings.js';
import { readFile } from '#src/web/panels/work/read-file.js';
import { saveForms, writeFile } from '#src/web/panels/work/write-file.js';
import { sliceScore } from '#src/score.js';
import { chorale } from '../../fixtures/chorales.js';

const settings: TuneSettings = {
  app: 'advect-music',
  model: { name: 'chorales', sha256: 'ab' },
  seed: 7,
  index: 2,
  bars: 4,
  key: 'Bb',
  keyAsked: true,
  best: 8,
  candidate: 3,
  polish: 0.3,
  steps: 60,
  temperature: 0.9,
  tempo: 96,
  instrument: 'organ',
};
/** As a file keeps it: without what is not known. */
const asKept = (read: TuneSettings | undefined): TuneSettings => JSON.parse(JSON.stringify(read)) as TuneSettings;
const score = sliceScore(chorale, 0, 32);
const saved = (form: (typeof saveForms)[number]): Promise<Uint8Array> => writeFile({ score, settings, title: 'Chorale' }, form);
const fileOf = (bytes: Uint8Array, name: string): File => new File([bytes as Uint8Array<ArrayBuffer>], name);

test('a saved tune comes back from each form of notes, with what it was made with; from sound come the settings', async (t) => {
  for (const form of ['mid', 'abc', 'musicxml'] as const) {
    const read = await readFile(fileOf(await saved(form), `a tune.${form}`));
    t.is(read.name, 'a tune');
    t.regex(read.sha256, /^[0-9a-f]{64}$/);
    t.deepEqual(asKept(read.settings), settings, form);
    t.deepEqual(read.piece!.score, score, form);
    t.is(read.piece!.tempo, 96);
    t.deepEqual(read.piece!.key, { tonic: 10, mode: 'major' });
  }
  const wav = await saved('wav');
  const read = await readFile(fileOf(wav, 'x.WAV'));
  t.deepEqual(asKept(read.settings), settings);
  t.is(read.piece, undefined);
  t.true(readWav(wav).sound.channels[0].some((sample) => Math.abs(sample) > 0.5));
  t.deepEqual(settingsOf(readMidi(await saved('mid'))), { ...settings });
});

/** A MIDI file of one track. */
const midiOf = (events: readonly MidiEvent[]): Uint8Array => writeMidi({ format: 1, ticksPerQuarter: 480, tracks: [events] });
const note = (pitch: number, from: number, to: number, channel = 0): MidiEvent[] => [
  { tick: from * 480, kind: 'noteOn', channel, note: pitch, velocity: 80 },
  { tick: to * 480, kind: 'noteOff', channel, note: pitch, velocity: 0 },
];
const sorted = (events: MidiEvent[]): MidiEvent[] => events.sort((a, b) => a.tick - b.tick);

test('what does not fit is read as far as it can be, and said: another metre, five voices, forty minutes', async (t) => {
  const waltz = await readFile(
    fileOf(midiOf([{ tick: 0, kind: 'timeSignature', numerator: 3, denominator: 4 }, ...note(60, 0, 3)]), 'waltz.mid'),
  );
  t.true(waltz.piece!.remarks.some((line) => /metre is 3\/4/.test(line)));
  t.is(waltz.settings, undefined);
  const five = await readFile(fileOf(midiOf(sorted([40, 48, 60, 64, 72].flatMap((p) => note(p, 0, 2)))), 'five.mid'));
  t.deepEqual([...five.piece!.score.pitches.subarray(0, 4)], [72, 64, 60, 40]);
  t.true(five.piece!.remarks.some((line) => /more than four voices/.test(line)));
  const minutes = sorted(Array.from({ length: 4800 }, (_, beat) => note(60 + (beat % 12), beat, beat + 1)).flat());
  const long = await readFile(fileOf(midiOf(minutes), 'forty minutes.mid'));
  t.is(long.piece!.score.steps, 256 * 8);
  t.true(long.piece!.remarks.some((line) => /1200 bars; the first 256/.test(line)));
});

test('drums alone are told apart: another tab reads them', async (t) => {
  const drums = await readFile(fileOf(midiOf([...note(36, 0, 1, 9), ...note(38, 1, 2, 9)]), 'beat.mid'));
  t.like(drums, { name: 'beat', drums: true, piece: undefined });
  t.is((await readFile(fileOf(midiOf(sorted([...note(36, 0, 1, 9), ...note(60, 0, 1)])), 'song.mid'))).drums, undefined);
});

test('what is no music is refused with the reason', async (t) => {
  const refused = (bytes: Uint8Array, name: string, message: RegExp) =>
    t.throwsAsync(readFile(fileOf(bytes, name)), { code: 'invalid-file', message });
  const good = await saved('mid');
  const forged = good.slice();
  new DataView(forged.buffer).setUint32(18, 0xffffffff);
  await refused(forged, 'forged.mid', /claims 4294967295 bytes/);
  const still = good.slice();
  new DataView(still.buffer).setUint16(12, 0);
  await refused(still, 'still.mid', /time division 0/);
  await refused(new Uint8Array(0), 'empty.mid', /empty/);
  await refused(midiOf([]), 'silent.mid', /no notes/);
  await refused(new TextEncoder().encode('%PDF-1.7'), 'notes.pdf', /neither MIDI, ABC nor MusicXML/);
  await refused((await saved('wav')).slice(0, 1000), 'cut.wav', /claims/);
  await refused(new Uint8Array(17 * 2 ** 20), 'huge.mid', /17 MB; at most 16/);
});
