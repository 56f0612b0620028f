import test from 'ava';
import { drumNotes, drumOfNote, drums } from '#src/drum-kit.js';
import { sampleRate } from '#src/render/mix.js';
import { synthesise } from '#src/render/synthesise.js';
import { brightness, levelOf, note } from './measure.js';

const stroke = (pitch: number, velocity: number, start = 0) => note({ drum: true, pitch, velocity, start, duration: 0.1 });

for (const drum of drums) {
  const sound = (velocity: number) => synthesise([stroke(drumNotes[drum], velocity)]).channels;

  test(`${drum}: it sounds, dies away, and a hard stroke differs from a soft one in more than its level`, (t) => {
    const [soft, hard] = [sound(0.25), sound(1)];
    for (const channels of [soft, hard]) {
      const { peak, average } = levelOf(channels);
      t.true(Math.abs(peak - 0.89) < 1e-4 && average > -40, `${peak}, ${average}`);
      t.true(channels[0].at(-1) === 0);
    }
    // Both are brought to one peak: were the stroke louder only, they would be the same, sample by sample.
    let [product, softSquares, hardSquares] = [0, 0, 0];
    for (let i = 0; i < 4410; i++) {
      product += soft[0][i] * hard[0][i];
      softSquares += soft[0][i] ** 2;
      hardSquares += hard[0][i] ** 2;
    }
    t.true(product / Math.sqrt(softSquares * hardSquares) < 0.98);
  });
}

test('a harder stroke of a drum with a skin, or of a crash or ride, is brighter', (t) => {
  for (const [drum, above] of [
    ['kick', 200],
    ['snare', 1000],
    ['lowTom', 300],
    ['midTom', 400],
    ['highTom', 500],
    ['crash', 6000],
    ['ride', 8000],
  ] as const) {
    const share = (velocity: number): number => brightness(synthesise([stroke(drumNotes[drum], velocity)]).channels[0], 0.05, above);
    t.true(share(1) > 1.25 * share(0.3), `${drum}: ${share(0.3)} to ${share(1)}`);
  }
});

test('drums are told apart: the kick is low, the snare between, hats high; toms rise', (t) => {
  const high = (drum: (typeof drums)[number], above: number) =>
    brightness(synthesise([stroke(drumNotes[drum], 0.7)]).channels[0], 0.05, above);
  t.true(high('kick', 300) < 0.1);
  t.true(high('snare', 300) > 0.3 && high('snare', 8000) < 0.5);
  t.true(high('closedHat', 5000) > 0.9 && high('openHat', 5000) > 0.9);
  t.true(high('lowTom', 110) < high('midTom', 110) && high('midTom', 150) < high('highTom', 150));
});

test('an open hi-hat ends where the hat is closed', (t) => {
  const energy = (closed: boolean): number => {
    const { channels } = synthesise([stroke(46, 0.8), ...(closed ? [stroke(42, 0.02, 0.15)] : [])]);
    return channels[0].subarray(Math.round(0.17 * sampleRate), Math.round(0.4 * sampleRate)).reduce((sum, x) => sum + x * x, 0);
  };
  t.true(energy(true) < 0.25 * energy(false));
});

test('each pad of the Groove MIDI Dataset strikes a drum, and a drum’s own note strikes it', (t) => {
  const pads = [22, 26, 36, 37, 38, 40, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 55, 57, 58, 59];
  t.true(pads.every((pad) => drumOfNote(pad) !== undefined));
  for (const drum of drums) t.is(drumOfNote(drumNotes[drum]), drum);
  t.is(drumOfNote(56), undefined, 'a cowbell is not part of it');
});
