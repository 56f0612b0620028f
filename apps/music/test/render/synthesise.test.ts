import { createHash } from 'node:crypto';
import test from 'ava';
import { writeWav } from '#src/codec/wav.js';
import { timedNotes } from '#src/codec/midi-notes.js';
import { scoreToMidi } from '#src/codec/score-midi.js';
import { type InstrumentName, instrumentNames, instrumentOfProgram, instruments } from '#src/render/instrument.js';
import { sampleRate } from '#src/render/mix.js';
import { peakLevel, synthesise, synthesiseInSteps, type SynthesiseOptions, tail } from '#src/render/synthesise.js';
import { sliceScore } from '#src/score.js';
import { chorale } from '../fixtures/chorales.js';
import { soundMismatch } from '../fixtures/sound-mismatch.js';
import { levelOf, note } from './measure.js';

const fourBars = timedNotes(
  scoreToMidi(sliceScore(chorale, 0, 32), { tempo: 80, key: { tonic: 0, mode: 'major' }, program: 52, title: '', settings: {} }),
);
const groove = [36, 42, 38, 46, 42, 49, 51, 43, 47, 50].map((pitch, i) =>
  note({ drum: true, pitch, start: i * 0.2, duration: 0.1, velocity: 0.3 + 0.07 * i, part: 4 }),
);
const hash = (notes = fourBars, options?: SynthesiseOptions): string =>
  createHash('sha256')
    .update(writeWav(synthesise(notes, options)))
    .digest('hex');

/**
 * Bytes of these renderings, the same on every engine and machine: a change of sound is seen here. Each was measured by the
 * tests beside this one when it was stored.
 */
const golden: Readonly<Record<InstrumentName | 'kit', string>> = {
  choir: '310c8d3e16d5bbfad01a8afc02a76373ef4eeec615b756f9d3591d96b7cfb671',
  organ: '2e6b4599386744f587b33d9887d2e0385f934c3bb19b0320f7abf6695d08aec9',
  harp: '10a938114e397617e11465147e8c83a1539d09a98d0d99c85f663c2f0802479d',
  pluck: '6ff075b7bdeff3635304583bcd412945373c934b7b19d467dbf433d68d20df56',
  bass: '99aa95fff4f5a1e1bef9c10e06847aa7a1ffb839f509a6fde79e75b549af7496',
  chip: '4cfde7cb427f0dd83c023f7d61142ad2496eb99374a6cc92c13d6cd39aab201b',
  kit: 'f06e05ff7f77c7da591e7d59db95e7db89bd55dd32e303644f89a067313ce5e3',
};

/** Largest step between samples: a tone's own slope; a click would be a step of the size of the signal, 0.9 or more. */
const steepest: Readonly<Record<InstrumentName, number>> = { choir: 0.2, organ: 0.2, harp: 0.2, pluck: 0.45, bass: 0.2, chip: 0.5 };

for (const name of instrumentNames) {
  test(`${name}: four bars have a sane level, no clicks, silence at the end, and the same bytes as ever`, (t) => {
    const sound = synthesise(fourBars, { instruments: name });
    const end = Math.max(...fourBars.map((n) => n.start + n.duration));
    const frames = sound.channels[0].length;
    t.true(Math.abs(frames / sampleRate - end - instruments[name].release - tail) < 0.01, 'lasts until the hall has died away');
    const { peak, average, jump } = levelOf(sound.channels);
    t.true(Math.abs(peak - peakLevel) < 1e-4, `peak ${peak}: −1 dBFS`);
    t.true(average > -26 && average < -12, `${average.toFixed(1)} dBFS on average`);
    t.true(jump < steepest[name], `largest step ${jump}`);
    for (const channel of sound.channels) {
      t.true(channel.every(Number.isFinite));
      t.true(channel[frames - 1] === 0);
      t.true(
        channel.subarray(frames - 441).every((x) => Math.abs(x) < 1e-3),
        'the last hundredth of a second is silent',
      );
    }
    t.is(hash(fourBars, { instruments: name }), golden[name]);
  });

  test(`${name}: a note begins and ends without a step`, (t) => {
    const steepestIn = (duration: number, from: number, to: number): number => {
      const { channels } = synthesise([note({ pitch: 57, duration })], { instruments: name });
      return levelOf(channels.map((c) => c.subarray(Math.round(from * sampleRate), Math.round(to * sampleRate)))).jump;
    };
    const within = steepestIn(2, 0.02, 1.9);
    // A string is at its brightest while it is plucked.
    t.true(steepestIn(2, 0, 0.02) <= (name === 'pluck' ? 1.6 : 1.1) * within, 'onset');
    t.true(steepestIn(2, 1.98, 2.6) <= 1.1 * within, 'release');
    t.true(steepestIn(0.01, 0, 1) <= steepest[name], 'even where it is shorter than its attack');
  });
}

test('a kit has no clicks beyond its strokes, and the same bytes as ever', (t) => {
  const { channels } = synthesise(groove);
  t.true(channels.every((channel) => Math.abs(channel[0]) < 1e-3 && Math.abs(channel.at(-1)!) === 0));
  t.is(hash(groove), golden.kit);
});

test('the voices stand apart: what sounds left is not what sounds right', (t) => {
  const level = (part: number): number => {
    const chord = [55, 58, 62, 65, 69, 72].map((pitch, i) => note({ pitch, part, start: i, duration: 0.8 }));
    const [left, right] = synthesise(chord, { instruments: 'organ', hall: 0 }).channels.map((c) => c.reduce((sum, x) => sum + x * x, 0));
    return 10 * Math.log10(left / right);
  };
  t.true(level(0) > 2 && level(1) < -2, 'soprano left, alto right');
});

test('the hall falls by 60 dB in about two seconds, evenly, and differs from side to side', (t) => {
  const { channels } = synthesise([note({ duration: 0.05 })], { instruments: 'chip' });
  const energy = (channel: Float32Array, from: number, to: number): number =>
    channel.subarray(Math.round(from * sampleRate), Math.round(to * sampleRate)).reduce((sum, x) => sum + x * x, 0);
  const levels = [0.2, 0.5, 0.8, 1.1, 1.4].map((from) => 10 * Math.log10(energy(channels[0], from, from + 0.3)));
  levels.slice(1).forEach((level, i) => {
    const seconds = (60 * 0.3) / (levels[i] - level);
    t.true(seconds > 1.2 && seconds < 2.8, `${seconds.toFixed(2)} s at ${(0.2 + 0.3 * i).toFixed(1)} s`);
  });
  const [l, r] = channels.map((c) => c.subarray(Math.round(0.3 * sampleRate), Math.round(1.3 * sampleRate)));
  const together = l.reduce((sum, x, i) => sum + x * r[i], 0) / Math.sqrt(energy(l, 0, 1) * energy(r, 0, 1));
  t.true(Math.abs(together) < 0.4, `correlation ${together.toFixed(2)}`);
});

test('parts sound by their programs, or by the instruments that are named for them', (t) => {
  const duet = [note({ program: 19 }), note({ part: 1, program: 24, pitch: 67 })];
  t.is(hash(duet), hash(duet, { instruments: ['organ', 'pluck'] }));
  t.is(hash(duet, { instruments: [undefined, 'organ'] }), hash(duet, { instruments: 'organ' }));
  t.not(hash(duet), hash(duet, { instruments: 'choir' }));
  for (const name of instrumentNames) t.is(instrumentOfProgram(instruments[name].program), name);
  t.deepEqual([0, 40, 57, 73, 127].map(instrumentOfProgram), ['harp', 'organ', 'organ', 'organ', 'harp']);
});

test('unevenness is off unless asked for, goes by the seed, and is small', (t) => {
  t.is(hash(fourBars, { humanise: 0, seed: 3 }), hash(fourBars));
  const uneven = hash(fourBars, { humanise: 0.5, seed: 3 });
  t.is(hash(fourBars, { humanise: 0.5, seed: 3 }), uneven);
  t.not(hash(fourBars, { humanise: 0.5, seed: 4 }), uneven);
  t.not(hash(fourBars), uneven);
});

test('in steps: the same samples, with progress, and an end on request', async (t) => {
  const shares: number[] = [];
  const sound = await synthesiseInSteps(fourBars, { onProgress: (share) => shares.push(share) });
  t.is(soundMismatch(sound, synthesise(fourBars)), undefined);
  t.true(shares.length > 1 && shares.every((share, i) => share <= 1 && (i === 0 || share >= shares[i - 1])));
  const stop = new AbortController();
  await t.throwsAsync(synthesiseInSteps(fourBars, { signal: stop.signal, onProgress: () => stop.abort() }), { code: 'aborted' });
});

test('what cannot be rendered is refused', (t) => {
  t.throws(() => synthesise([]), { code: 'invalid-value', message: /no notes/ });
  t.throws(() => synthesise(fourBars, { instruments: 'kazoo' as 'choir' }), { code: 'invalid-option', message: /kazoo/ });
  t.throws(() => synthesise(fourBars, { humanise: 2 }), { code: 'invalid-option' });
});
