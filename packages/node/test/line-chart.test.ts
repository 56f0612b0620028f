import test from 'ava';
import { lineChart } from '#src/line-chart.js';

test('a straight line goes from the lower left to the upper right, with its range', (t) => {
  const x = Array.from({ length: 50 }, (_, i) => i);
  const lines = lineChart([{ x, y: x }], { columns: 24, rows: 4, xLabel: 'step' }).split('\n');
  t.is(lines.length, 6);
  t.regex(lines[0], /^49 ┤\u2800+[\u2801-\u28ff]{2,6}$/);
  t.regex(lines[3], /^ 0 ┤[\u2801-\u28ff]{2,6}\u2800+$/);
  t.regex(lines[5], /^ {4}0 +step +49$/);
  t.true(lines.every((line) => line.length <= 24));
});

test('each dot of a braille character is where Unicode has it', (t) => {
  const rows = (y: number[]): string => lineChart([{ x: [0, 15], y }], { columns: 11, rows: 1 }).split('\n')[0];
  t.is(rows([1, 1]).slice(-8), '⣀'.repeat(8), 'a level line: dots 7 and 8, the lowest');
  t.is(rows([4, 0]).slice(-8), '⠉⠑⠒⠒⠤⠤⢄⣀'.slice(0, 8), 'a falling one');
});

test('what is not finite is left out, and nothing at all is said', (t) => {
  const gaps = lineChart([{ x: [1, 2, 3, 4], y: [1, NaN, Infinity, 2] }], { columns: 30 });
  t.is(gaps, lineChart([{ x: [1, 4], y: [1, 2] }], { columns: 30 }));
  t.is(lineChart([{ x: [1], y: [NaN] }], { columns: 30 }), 'nothing to draw yet');
  t.regex(lineChart([{ x: [1e-6, 1e-3, 1], y: [3, 2, 1] }], { columns: 40, logX: true }), /0\.000001 +1$/);
});
