import { type Key, split } from '@advect/core/random';
import { biquad, filter } from '../biquad.js';
import { sampleRate } from '../mix.js';
import { add, decay, drive, noise, sweep } from './strike.js';

/** A bass drum: a sine that drops by two octaves, and the beater's click, sharper the harder it is struck. */
export function kick(velocity: number, seed: Key): Float32Array {
  const body = decay(sweep(0.55, 130 + 90 * velocity, 49, 0.16), 0.55);
  const click = filter(noise(seed, 0.03), biquad('low', (1200 + 5000 * velocity) / sampleRate, 0.7));
  add(body, decay(click, 0.02), 0.08 + 0.5 * velocity * velocity);
  return drive(body, 0.3 + velocity);
}

/** A snare drum: two modes of its head, and its wires, which take over when it is struck harder. */
export function snare(velocity: number, seed: Key): Float32Array {
  const head = decay(sweep(0.22, 240 + 30 * velocity, 184, 0.06), 0.2);
  add(head, decay(sweep(0.16, 370, 331, 0.05), 0.13), 0.5);
  const wires = filter(noise(split(seed, 'wires'), 0.3), biquad('band', (2400 + 2800 * velocity) / sampleRate, 0.55));
  const crack = filter(noise(split(seed, 'crack'), 0.05), biquad('high', 4500 / sampleRate, 0.7));
  const sound = decay(wires, 0.14 + 0.16 * velocity).map((x) => x * (0.9 + 1.1 * velocity));
  add(sound, head, 0.75);
  add(sound, decay(crack, 0.035), 0.7 * velocity * velocity);
  return sound;
}

/** A tom tuned to a frequency (Hz): its first two modes, which fall a little, and the stick. */
function tom(frequency: number, seconds: number) {
  return (velocity: number, seed: Key): Float32Array => {
    const body = decay(sweep(seconds, frequency * (1.25 + 0.35 * velocity), frequency, 0.2), seconds);
    // 1.594 is the ratio of the second mode of a round skin to its first.
    add(body, decay(sweep(seconds / 2, 1.594 * frequency * (1.1 + 0.2 * velocity), 1.594 * frequency, 0.12), seconds / 2), 0.3 * velocity);
    const stick = filter(noise(seed, 0.04), biquad('low', (900 + 3600 * velocity) / sampleRate, 0.8));
    return add(body, decay(stick, 0.025), 0.12 + 0.45 * velocity);
  };
}

export const lowTom = tom(82, 0.62);
export const midTom = tom(117, 0.52);
export const highTom = tom(165, 0.44);
