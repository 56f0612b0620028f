import { type Key, split, uniforms } from '@advect/core/random';
import { biquad, filter } from '../biquad.js';
import { sampleRate } from '../mix.js';
import { decayOver } from '../power.js';
import { sineOfTurns } from '../sine.js';
import { add, decay, noise, silence } from './strike.js';

/** What a cymbal rings like: partials spread between two frequencies (Hz), each with its own time to fall by 60 dB. */
interface Metal {
  readonly partials: number;
  readonly low: number;
  readonly high: number;
  /** Seconds of the lowest and of the highest partial. */
  readonly ring: readonly [low: number, high: number];
}

/** The plate itself is the same at every stroke: where its partials lie is drawn once; their phases and shares by stroke. */
function ring({ partials, low, high, ring: [longest, shortest] }: Metal, plate: Key, stroke: Key, seconds: number): Float32Array {
  const sound = silence(seconds);
  const places = uniforms(plate, partials);
  const phases = uniforms(split(stroke, 'phases'), partials);
  const shares = uniforms(split(stroke, 'shares'), partials);
  const scale = 1 / Math.sqrt(partials);
  for (let p = 0; p < partials; p++) {
    const along = (p + places[p]) / partials;
    const turns = (low + (high - low) * along) / sampleRate;
    const factor = decayOver((longest + (shortest - longest) * along) * sampleRate);
    // A sine of fixed frequency by its recurrence s[i+1] = 2 cos(ω) s[i] − s[i−1], the fall within it.
    const twice = 2 * factor * sineOfTurns(turns + 0.25);
    const back = factor * factor;
    let before = sineOfTurns(phases[p] + 1 - turns) / factor;
    let now = sineOfTurns(phases[p]);
    const share = scale * (0.5 + shares[p]);
    for (let i = 0; i < sound.length; i++) {
      sound[i] += share * now;
      const next = twice * now - back * before;
      before = now;
      now = next;
    }
  }
  return sound;
}

const hat = { partials: 28, low: 3200, high: 14_000, ring: [0.9, 0.5] } as const;

/** A hi-hat: metal and noise above 6 kHz or so; a harder stroke reaches lower and lasts a little longer. */
const hiHat = (seconds: number, plate: Key) => (velocity: number, seed: Key) => {
  const length = seconds * (0.75 + 0.5 * velocity);
  const sound = ring(hat, plate, seed, length);
  add(sound, noise(split(seed, 'air'), length), 0.55);
  filter(sound, biquad('high', (8200 - 2600 * velocity) / sampleRate, 0.8));
  const stick = filter(noise(split(seed, 'stick'), 0.02), biquad('band', 4200 / sampleRate, 0.8));
  return add(decay(sound, length), decay(stick, 0.012), 0.9 * velocity * velocity);
};

const plates = { hat: { hi: 0x68617473, lo: 1 }, crash: { hi: 0x68617473, lo: 2 }, ride: { hi: 0x68617473, lo: 3 } } as const;

export const closedHat = hiHat(0.1, plates.hat);
export const openHat = hiHat(1, plates.hat);

/** A crash cymbal: a wide wash that brightens with the stroke and leaves its low partials behind. */
export function crash(velocity: number, seed: Key): Float32Array {
  const sound = ring({ partials: 60, low: 500, high: 12_500, ring: [2.6, 1.1] }, plates.crash, seed, 2.4);
  const wash = filter(noise(split(seed, 'wash'), 1.6), biquad('band', (4200 + 3600 * velocity) / sampleRate, 0.4));
  add(sound, decay(wash, 1.1), 1.1 * velocity);
  filter(sound, biquad('high', (700 - 350 * velocity) / sampleRate, 0.7));
  filter(sound, biquad('low', (5000 + 9000 * velocity) / sampleRate, 0.7));
  return decay(sound, 2.4);
}

/** A ride cymbal: a clear ping over a quiet wash, which a harder stroke wakes. */
export function ride(velocity: number, seed: Key): Float32Array {
  const ping = ring({ partials: 14, low: 2600, high: 9000, ring: [1.1, 0.5] }, plates.ride, split(seed, 'ping'), 1.3);
  const wash = ring({ partials: 26, low: 420, high: 11_000, ring: [1.7, 0.8] }, plates.crash, split(seed, 'wash'), 1.5);
  const stick = filter(noise(split(seed, 'stick'), 0.02), biquad('band', 5200 / sampleRate, 0.9));
  const sound = decay(wash, 1.4).map((x) => x * (0.18 + 0.5 * velocity));
  add(sound, decay(ping, 0.9), 0.75);
  add(sound, decay(stick, 0.012), 0.3 + 0.6 * velocity);
  filter(sound, biquad('low', (4500 + 10_500 * velocity) / sampleRate, 0.7));
  return filter(sound, biquad('high', 380 / sampleRate, 0.7));
}
