import test from 'ava';
import { type InstrumentName, instrumentNames } from '#src/render/instrument.js';
import { frequencyOf, tenToMinus } from '#src/render/power.js';
import { cosineOfTurns, sineOfTurns } from '#src/render/sine.js';
import { synthesise } from '#src/render/synthesise.js';
import { deviation, note } from './measure.js';

test('sines, the scale and powers of ten are right', (t) => {
  const angles = Array.from({ length: 6000 }, (_, i) => (i - 2000) / 997);
  const worst = (errors: number[]): number => Math.max(...errors.map(Math.abs));
  t.true(worst(angles.map((turns) => sineOfTurns(turns) - Math.sin(2 * Math.PI * turns))) < 4e-8);
  t.true(worst(angles.map((turns) => cosineOfTurns(turns) - Math.cos(2 * Math.PI * turns))) < 4e-8);
  t.true(worst(Array.from({ length: 128 }, (_, pitch) => frequencyOf(pitch) / (440 * 2 ** ((pitch - 69) / 12)) - 1)) < 1e-12);
  t.true(worst(Array.from({ length: 300 }, (_, i) => tenToMinus(i / 71) / 10 ** (-i / 71) - 1)) < 1e-12);
});

/** From the lowest note of a bass to the highest of a soprano and beyond, and further for the bass guitar. */
const ranges: Readonly<Record<InstrumentName, readonly number[]>> = {
  choir: [36, 43, 50, 57, 64, 71, 78, 84],
  organ: [36, 48, 60, 72, 84, 96],
  harp: [36, 48, 60, 72, 84, 96],
  pluck: [36, 43, 50, 57, 64, 71, 78, 85, 91, 96],
  bass: [28, 33, 40, 47, 54, 60],
  chip: [36, 48, 60, 72, 84, 96],
};

for (const name of instrumentNames) {
  // Without the hall, whose own modes ring beside a low note until it has filled them.
  test(`${name}: every note sounds at its pitch, within 3 cents`, (t) => {
    for (const [part, pitch] of ranges[name].entries()) {
      for (const channel of synthesise([note({ pitch, part, duration: 1.4 })], { instruments: name, hall: 0 }).channels) {
        const cents = deviation(channel, pitch, 0.35);
        t.true(Math.abs(cents) <= 3, `pitch ${pitch}: ${cents} cents`);
      }
    }
  });
}
