import test from 'ava';
import { timedNotes } from '#src/codec/midi-notes.js';
import { scoreToMidi } from '#src/codec/score-midi.js';
import { instruments } from '#src/render/instrument.js';
import { frequencyOf } from '#src/render/power.js';
import { synthesiseParts } from '#src/render/synthesise.js';
import { sliceScore } from '#src/score.js';
import { chorale } from '../../fixtures/chorales.js';
import { deviation, strength } from '../../render/measure.js';
import { soundPage } from './sound-page.js';

const rate = 44_100;
const { organ } = instruments;

/** A bar of a chorale, so slow that an eighth lasts a second and a quarter. */
const notes = timedNotes(
  scoreToMidi(sliceScore(chorale, 0, 8), { tempo: 24, key: { tonic: 0, mode: 'major' }, program: organ.program, title: '', settings: {} }),
);
const end = Math.max(...notes.map(({ start, duration }) => start + duration));

/** The same voice for Tone.js: the harmonics of our organ, as loud and as long. */
const spoken = notes.map(({ start, duration, pitch, part }) => {
  const frequency = frequencyOf(pitch);
  const count = Math.min(64, Math.floor(11_000 / frequency));
  const partials = Array.from({ length: count }, (_, i) => organ.harmonic(i + 1, frequency));
  const loudness = pitch >= 60 ? 1 / (1 + (0.41 * (pitch - 60)) / 12) : 1 + (0.12 * (60 - pitch)) / 12;
  return { start, duration, part, frequency, partials, level: [1, 0.82, 0.82, 1.05][part] * loudness };
});

const power = (channels: readonly Float32Array[]): number =>
  channels.reduce((sum, channel) => sum + channel.reduce((squares, value) => squares + value ** 2, 0), 0);
const decibels = (ratio: number): number => 10 * Math.log10(ratio);

/** When a note reaches half of the strength that it has later, in seconds from its written start; in steps of 5 ms. */
function onset(sound: Float32Array, { start, frequency }: (typeof spoken)[number]): number {
  const count = Math.round(0.06 * rate);
  const at = (seconds: number): number => strength(sound, Math.max(0, Math.round((start + seconds) * rate) - count / 2), count, frequency);
  const later = at(0.4);
  for (let seconds = -0.05; seconds < 0.2; seconds += 0.005) if (at(seconds) > later / 2) return seconds;
  return NaN;
}

/** The last moment at which a sound is louder than −60 dB of its peak. */
function lastHeard(channels: readonly Float32Array[]): number {
  let peak = 0;
  for (const channel of channels) for (const value of channel) peak = Math.max(peak, Math.abs(value));
  return Math.max(...channels.map((channel) => channel.findLastIndex((value) => Math.abs(value) > peak / 1000))) / rate;
}

/**
 * Both render the same notes with the same harmonics, levels, attacks and releases, each voice apart, because harmonics that two voices
 * share would add by chance phases. They differ in what ours adds: two oscillators beside the first, 3 cents away, which beat slowly with
 * it; smooth envelopes where Tone's are straight; places from left to right, where Tone's voice is one channel. So one gain for all
 * matches the levels, and what is compared then is the power of each voice over both channels.
 */
test.serial('Tone.Offline renders the same chorale alike: how long, when each note begins, how high, how loud', async (t) => {
  await soundPage(t, ['tone'], async (page) => {
    const texts = await page.evaluate(
      async ({ spoken, attack, release, seconds }) => {
        const { Tone } = globalThis as unknown as { Tone: typeof import('tone') };
        const buffer = await Tone.Offline(
          () => {
            const voices = new Tone.Merge(4).toDestination();
            for (const { start, duration, part, frequency, partials, level } of spoken) {
              const envelope = new Tone.AmplitudeEnvelope({
                attack,
                decay: 0,
                sustain: 1,
                release,
                attackCurve: 'linear',
                releaseCurve: 'linear',
              });
              const norm = Math.sqrt(partials.reduce((sum, a) => sum + (a * a) / 2, 0));
              const tone = new Tone.Oscillator({ frequency, type: 'custom', partials });
              const gain = new Tone.Gain((0.05 * level) / norm);
              tone.chain(envelope, gain);
              gain.connect(voices, 0, part);
              tone.start(start).stop(start + duration + release + 0.05);
              envelope.triggerAttackRelease(duration, start);
            }
          },
          seconds,
          4,
          44_100,
        );
        return [0, 1, 2, 3].map((part) => {
          const bytes = new Uint8Array((buffer.toArray(part) as Float32Array).buffer);
          let binary = '';
          for (let i = 0; i < bytes.length; i += 32_768) binary += String.fromCharCode(...bytes.subarray(i, i + 32_768));
          return btoa(binary);
        });
      },
      { spoken, attack: organ.attack, release: organ.release, seconds: end + 1 },
    );
    const theirs = texts.map((text) => new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer));
    const ours = (await synthesiseParts(notes, 4, { instruments: 'organ', hall: 0 })).map(({ channels }) => channels);
    t.true(Math.abs(theirs[0].length - (end + 1) * rate) <= 1);
    const gain = power(ours.flat()) / power(theirs);
    for (const [part, channels] of ours.entries()) {
      const [here, there] = [lastHeard(channels), lastHeard([theirs[part]])];
      t.true(Math.abs(here - there) < 0.03, `${'SATB'[part]} is heard until ${here} s here, ${there} s there`);
      const gap = decibels(power(channels) / power([theirs[part]]) / gain);
      t.true(Math.abs(gap) < 1, `${'SATB'[part]}: ${gap.toFixed(2)} dB`);
    }
    for (const [i, { pitch, part, start }] of notes.entries()) {
      const sounds = [ours[part][part % 2], theirs[part]];
      const words = `${'SATB'[part]} ${pitch} at ${start} s`;
      const cents = sounds.map((sound) => deviation(sound, pitch, start + 0.1));
      t.true(
        cents.every((away) => Math.abs(away) <= 3),
        `${words}: ${cents.join(' and ')} cents`,
      );
      if (start === 0) continue;
      const begins = sounds.map((sound) => onset(sound, spoken[i]));
      t.true(Math.abs(begins[0] - begins[1]) <= 0.02 && Math.abs(begins[0]) < 0.05, `${words}: begins at ${begins.join(' and ')} s`);
    }
  });
});
