import test from 'ava';
import { readBeat, writeBeat } from '#src/web/groove/beat-text.js';
import { struck, touched, withLength } from '#src/web/groove/edit-beat.js';
import { firstBeat } from '#src/web/groove/first-beat.js';
import { tappedGroove } from '#src/web/groove/tap-recorder.js';

const fresh = {
  model: 'grooves',
  given: firstBeat,
  drawn: undefined,
  amount: 1,
  style: undefined,
  tempo: 100,
  temperature: 1,
  seed: 3,
  seedLocked: false,
  kept: [],
} as const;

test('a beat is kept in the address, to the grain of MIDI; nonsense there is a fresh visit', (t) => {
  const given = touched(struck(firstBeat, 9 * 5 + 8, 100 / 127, 0.25), 0, 0, -0.125);
  const beat = {
    ...fresh,
    model: 'models/mine/',
    given,
    drawn: firstBeat,
    amount: 0.5,
    style: 'funk',
    tempo: 96,
    seedLocked: true,
    kept: ['kick', 'ride'],
  } as const;
  const read = readBeat(writeBeat(beat), fresh);
  t.deepEqual(read.given.hits, given.hits);
  t.true(read.given.velocities.every((v, i) => Math.abs(v - given.velocities[i]) <= 0.5 / 127));
  t.deepEqual(read.given.offsets, given.offsets, 'eighths of a step are whole grains');
  t.is(read.drawn, undefined, 'it has other strokes');
  t.like(read, { model: 'models/mine/', amount: 0.5, style: 'funk', tempo: 96, seedLocked: true, kept: ['kick', 'ride'] });
  for (const text of ['', 'b=9.AAAA', 'b=2.%%%', 't=-4&x=abc&s=fonk&a=7'])
    t.deepEqual(readBeat(text, fresh), { ...fresh, given: firstBeat }, text);
});

test('taps become strokes: late ones all alike are on the grid, what differs between them stays; a beat repeats when it grows', (t) => {
  const taps = [0.125, 4.125, 8.375, 12.125].map((at) => ({ at, drum: 1 }));
  const groove = tappedGroove(taps, 16);
  t.deepEqual(
    [...groove.hits.keys()].filter((i) => groove.hits[i]),
    [1, 37, 73, 109],
  );
  t.deepEqual(
    [1, 37, 73, 109].map((i) => groove.offsets[i]),
    [0, 0, 0.25, 0],
  );
  const four = withLength(firstBeat, 4);
  t.deepEqual(four.hits.slice(0, 288), firstBeat.hits);
  t.deepEqual(four.hits.slice(288), firstBeat.hits);
  t.deepEqual(withLength(four, 2), firstBeat);
});
