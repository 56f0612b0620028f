import test from 'ava';
import { BasicSoundBank } from 'spessasynth_core';
import { midiOfPiece } from '#src/codec/piece-midi.js';
import { writeMidi } from '#src/codec/midi-write.js';
import { renderSoundFont } from '#src/render/sound-font.js';
import { levelOf } from './measure.js';

const midi = writeMidi(
  midiOfPiece({
    title: '',
    tempos: [{ tick: 0, perMinute: 120 }],
    metre: { beats: 4, beatType: 4 },
    pickup: 0,
    parts: [{ name: '', program: 0, drums: false, notes: [{ start: 480, length: 480, pitch: 69, velocity: 0.8 }] }],
  }),
);

test('a sound font plays a piece: silence before the first note, sound, then silence again', async (t) => {
  const font = new Uint8Array(BasicSoundBank.getSampleSoundBankFile());
  const { channels, sampleRate } = await renderSoundFont(midi, font);
  const level = (from: number, to: number) =>
    levelOf(channels.map((c) => c.subarray(Math.round(from * sampleRate), Math.round(to * sampleRate))));
  t.is(level(0, 0.45).peak, 0);
  t.true(level(0.5, 1).average > -30);
  t.true(Math.abs(level(0, 10).peak - 0.89) < 1e-4);
  t.true(level(3.5, 4).average < -50);
});

test('bytes that are no sound font are refused', async (t) => {
  await t.throwsAsync(renderSoundFont(midi, Uint8Array.of(1, 2, 3)), { code: 'invalid-file', message: /sound font/ });
});
