import { drums } from '../../drum-kit.js';
import { type Groove, sliceSteps } from '../../groove.js';
import { plainVelocity } from './first-beat.js';

/** Bars that a beat on the desk has at most. */
export const mostBars = 8;

/** The place of a drum at a step in a groove's arrays. */
export const placeOf = (step: number, drum: number): number => step * drums.length + drum;

function changed(groove: Groove, at: number, hit: number, velocity: number, offset: number): Groove {
  const [hits, velocities, offsets] = [groove.hits.slice(), groove.velocities.slice(), groove.offsets.slice()];
  hits[at] = hit;
  velocities[at] = hit ? Math.min(1, Math.max(1 / 127, velocity)) : 0;
  offsets[at] = hit ? Math.min(0.5, Math.max(-0.5, offset)) : 0;
  return { ...groove, hits, velocities, offsets };
}

/** With a stroke struck there, as hard and as late as given. */
export const struck = (groove: Groove, at: number, velocity = plainVelocity, offset = 0): Groove =>
  changed(groove, at, 1, velocity, offset);

export const silenced = (groove: Groove, at: number): Groove => changed(groove, at, 0, 0, 0);

/** A stroke harder or softer, later or earlier; nothing where none is. */
export const touched = (groove: Groove, at: number, harder: number, later: number): Groove =>
  groove.hits[at] ? changed(groove, at, 1, groove.velocities[at] + harder, groove.offsets[at] + later) : groove;

/** The same with velocities and offsets as a MIDI file keeps them, and so an address: 1/127, and 1/120 of a step. */
export const onGrain = (groove: Groove): Groove => ({
  ...groove,
  velocities: groove.velocities.map((velocity) => Math.round(velocity * 127) / 127),
  offsets: groove.offsets.map((offset) => Math.round(offset * 120) / 120),
});

/** The same with so many bars: cut off, or repeated from the beginning. */
export function withLength(groove: Groove, bars: number): Groove {
  const steps = bars * 16;
  if (steps <= groove.steps) return sliceSteps(groove, 0, steps);
  const longer = sliceSteps(groove, 0, steps);
  const size = groove.hits.length;
  for (const part of ['hits', 'velocities', 'offsets'] as const)
    for (let i = size; i < steps * drums.length; i++) longer[part][i] = groove[part][i % size];
  return longer;
}
