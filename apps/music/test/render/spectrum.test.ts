import test from 'ava';
import { instrumentNames } from '#src/render/instrument.js';
import { sampleRate } from '#src/render/mix.js';
import { frequencyOf } from '#src/render/power.js';
import { synthesise } from '#src/render/synthesise.js';
import { note, strength } from './measure.js';

const count = Math.round(0.1 * sampleRate);

for (const name of instrumentNames) {
  // High notes, whose overtones would be the first to fold back; 80 Hz about each harmonic belong to it, to its vibrato and to the window.
  test(`${name}: between the harmonics, and above them, there is nothing down to −60 dB`, (t) => {
    for (const pitch of name === 'bass' ? [60] : [79, 93]) {
      const [channel] = synthesise([note({ pitch })], { instruments: name, hall: 0 }).channels;
      const fundamental = frequencyOf(pitch);
      const at = (frequency: number): number => strength(channel, sampleRate, count, frequency);
      const loudest = Math.max(...Array.from({ length: 12 }, (_, h) => at((h + 1) * fundamental)));
      let worst = { level: 0, frequency: 0 };
      for (let frequency = 30; frequency < 22_000; frequency += 20) {
        const away = Math.abs(frequency - Math.max(1, Math.round(frequency / fundamental)) * fundamental);
        const level = away < 80 + 0.01 * frequency ? 0 : at(frequency) / loudest;
        if (level > worst.level) worst = { level, frequency };
      }
      t.true(worst.level < 1e-3, `pitch ${pitch}: ${(20 * Math.log10(worst.level)).toFixed(1)} dB at ${worst.frequency} Hz`);
    }
  });
}
