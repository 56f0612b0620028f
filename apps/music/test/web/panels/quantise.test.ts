import test from 'ava';
import { letterOf, semitonesOf } from '#src/web/panels/live/keys.js';
import { quantise } from '#src/web/panels/live/quantise.js';

const grid = { begin: 10, perStep: 0.5, steps: 8 };
const note = (pitch: number, from: number, to: number) => ({ pitch, from: 10 + 0.5 * from, to: 10 + 0.5 * to });

test('what is played goes to the nearest eighth, is at least one long, and a later note ends an earlier one', (t) => {
  t.deepEqual([...quantise([note(60, 0.1, 1.8), note(62, 2.3, 2.4), note(64, 4.4, 9)], grid)], [60, 60, 62, -1, 64, 64, 64, 64]);
  t.deepEqual([...quantise([note(60, 0, 8), note(67, 3, 4)], grid)], [60, 60, 60, 67, -1, -1, -1, -1]);
  t.deepEqual([...quantise([note(60, 0.4, 1), note(64, 0.2, 1), note(57, 0, 2)], grid)].slice(0, 2), [64, -1], 'of a chord the highest');
});

test('what begins before the count is over by less than half an eighth counts, anything else outside does not', (t) => {
  t.deepEqual([...quantise([note(60, -0.4, 0.9)], grid)].slice(0, 2), [60, -1]);
  t.true(quantise([note(60, -0.6, 3), note(62, 8.1, 9), note(64, 7.6, 9)], grid).every((pitch) => pitch === -1));
  t.deepEqual([...quantise([], grid)], [-1, -1, -1, -1, -1, -1, -1, -1]);
});

test('the keys from A on are a piano from C on', (t) => {
  t.deepEqual(['KeyA', 'KeyW', 'KeyS', 'KeyK', 'KeyQ'].map(semitonesOf), [0, 1, 2, 12, undefined]);
  t.deepEqual([letterOf(0), letterOf(12), letterOf(20)], ['A', 'K', undefined]);
});
