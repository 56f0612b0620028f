import test from 'ava';
import { blank, draw, type Mark, redo, type Stroke, undo } from '#src/web/panels/pad/marks.js';
import { coverage, raster } from '#src/web/panels/pad/raster.js';

const stroke = (path: number[], radius: number, ink: number[] = [1]): Stroke => ({ kind: 'stroke', ink, radius, path });
const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
const paper = (size: number, value = 0) => ({ size, channels: 1, values: new Float32Array(size * size).fill(value) });

test('a soft brush covers the area of its shape: a disc, and a disc drawn out to a line', (t) => {
  const disc = sum(coverage(stroke([16, 16], 6), 32, 'soft'));
  t.true(Math.abs(disc - Math.PI * 36) < 1, String(disc));
  const capsule = sum(coverage(stroke([8, 9, 23, 22], 3), 32, 'soft'));
  const exact = Math.PI * 9 + 6 * Math.hypot(15, 13);
  t.true(Math.abs(capsule - exact) < 1.5, `${capsule} ${exact}`);
});

test('a hard brush takes whole pixels: one alone, and all whose middle it reaches', (t) => {
  const one = coverage(stroke([3.5, 2.5], 0.5), 8, 'hard');
  t.deepEqual(
    [...one.keys()].filter((i) => one[i] !== 0),
    [2 * 8 + 3],
  );
  const cross = coverage(stroke([3.5, 2.5], 1), 8, 'hard');
  t.deepEqual(
    [...cross.keys()].filter((i) => cross[i] !== 0),
    [11, 18, 19, 20, 27],
  );
  t.is(sum(coverage(stroke([0.5, 4.5, 7.5, 4.5], 0.5), 8, 'hard')), 8);
});

test('a stroke that crosses itself covers no more than once, and reaches outside without harm', (t) => {
  const there = coverage(stroke([4, 4, 12, 4], 2), 16, 'soft');
  t.deepEqual(coverage(stroke([4, 4, 12, 4, 4, 4], 2), 16, 'soft'), there);
  t.is(sum(coverage(stroke([-50, -50, -40, -50], 2), 16, 'soft')), 0);
  t.true(coverage(stroke([-5, 4, 40, 4], 2), 16, 'soft').every((c) => c >= 0 && c <= 1));
});

test('the eraser brings the paper back, a fill covers all, in every channel', (t) => {
  const colours = { size: 2, channels: 3, values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] };
  const marks: Mark[] = [
    { kind: 'fill', ink: [20, 30, 40] },
    { ...stroke([0.5, 0.5], 0.5), ink: undefined },
  ];
  t.deepEqual([...raster(colours, marks, 'hard')], [1, 2, 3, 20, 30, 40, 20, 30, 40, 20, 30, 40]);
  t.deepEqual([...raster(colours, [...marks, { kind: 'fill', ink: undefined }], 'hard')], colours.values);
});

test('marks are taken back and come again in order; a new one ends what may come again', (t) => {
  const [a, b, c] = [stroke([1, 1], 1), stroke([2, 2], 1), stroke([3, 3], 1)];
  const both = draw(draw(blank, a), b);
  t.deepEqual(undo(both).marks, [a]);
  t.deepEqual(redo(undo(both)), both);
  t.deepEqual(undo(undo(undo(both))).marks, []);
  t.deepEqual(redo(redo(undo(undo(both)))), both);
  t.deepEqual(redo(draw(undo(both), c)).marks, [a, c]);
});

test('drawing leaves the paper as it was', (t) => {
  const given = paper(4, 0.25);
  raster(given, [stroke([2, 2], 1)], 'soft');
  t.true(given.values.every((v) => v === 0.25));
});
