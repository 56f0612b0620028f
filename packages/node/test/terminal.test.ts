import test from 'ava';
import { colourDepth, createProgress, duration, sparkline, terminalPicture, type Picture } from '#src/index.js';

const grey = (width: number, height: number, ...data: number[]): Picture => ({ width, height, channels: 1, data: Uint8Array.from(data) });

test('two pixels, one above the other, share a character', (t) => {
  const red: Picture = { width: 1, height: 2, channels: 3, data: Uint8Array.of(255, 0, 0, 0, 0, 255) };
  t.is(terminalPicture(red, { columns: 80, colour: 'truecolour' }), '\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[0m');
  // 196 and 21 are pure red and pure blue of the xterm palette.
  t.is(terminalPicture(red, { columns: 80, colour: '256' }), '\x1b[38;5;196;48;5;21m▀\x1b[0m');
});

test('an odd last row has no paper; equal neighbours share their code', (t) => {
  t.is(terminalPicture(grey(2, 1, 9, 9), { columns: 80, colour: 'truecolour' }), '\x1b[38;2;9;9;9;49m▀▀\x1b[0m');
});

test('without colour a picture is shades; transparent is black', (t) => {
  t.is(terminalPicture(grey(3, 2, 0, 128, 255, 0, 128, 255), { columns: 80, colour: 'none' }), ' +@');
  const clear: Picture = { width: 1, height: 2, channels: 4, data: Uint8Array.of(255, 255, 255, 0, 255, 255, 255, 0) };
  t.is(terminalPicture(clear, { columns: 80, colour: 'none' }), '');
});

test('a wide picture is averaged down to the columns', (t) => {
  const halves = grey(4, 4, 0, 0, 100, 200, 0, 0, 100, 200, 0, 0, 50, 50, 0, 0, 50, 50);
  t.is(
    terminalPicture(halves, { columns: 2, colour: 'truecolour' }),
    '\x1b[38;2;0;0;0;48;2;0;0;0m▀\x1b[38;2;150;150;150;48;2;50;50;50m▀\x1b[0m',
  );
  t.throws(() => terminalPicture(grey(2, 2, 0), { columns: 9, colour: 'none' }), { message: /no picture/ });
});

test('colour follows the environment', (t) => {
  t.is(colourDepth({ COLORTERM: 'truecolor' }, true), 'truecolour');
  t.is(colourDepth({ TERM: 'xterm' }, true), '256');
  t.is(colourDepth({ COLORTERM: 'truecolor' }, false), 'none');
  t.is(colourDepth({ COLORTERM: 'truecolor', NO_COLOR: '1' }, true), 'none');
  t.is(colourDepth({ TERM: 'dumb' }, true), 'none');
  t.is(colourDepth({ FORCE_COLOR: '3' }, false), 'truecolour');
});

test('progress redraws one line on a terminal, with rate and time left', (t) => {
  let clock = 0;
  let out = '';
  const progress = createProgress({ stream: { write: (s) => (out += s), isTTY: true, columns: 80 }, silent: false, now: () => clock });
  progress.update(0, 100);
  clock = 2000;
  progress.update(50, 100, 'loss 1.5');
  t.is(out.split('\x1b[2K').at(-1), ' 50%  50/100  loss 1.5  25/s  2 s left');
  const length = out.length;
  clock = 2050;
  progress.update(51, 100);
  t.is(out.length, length, 'at most ten redraws a second');
  progress.clear();
  t.true(out.endsWith('\r\x1b[2K'));
});

test('piped progress is a line every ten seconds and the last one', (t) => {
  let clock = 0;
  const lines: string[] = [];
  const progress = createProgress({ stream: { write: (s) => lines.push(s) }, silent: false, now: () => clock });
  for (let i = 0; i <= 30; i++) {
    clock = 1000 * i;
    progress.update(i, 30);
  }
  t.is(lines.length, 4);
  t.is(lines.at(-1), '100%  30/30  1.0/s\n');
});

test('a task that follows another has a rate of its own', (t) => {
  let clock = 0;
  const lines: string[] = [];
  const progress = createProgress({ stream: { write: (s) => lines.push(s) }, silent: false, now: () => clock });
  for (const [at, done] of [
    [0, 0],
    [1_000_000, 50],
    [1_000_001, 10],
    [1_010_001, 30],
  ]) {
    clock = at;
    progress.update(done, 50);
  }
  t.is(lines.at(-1), ' 60%  30/50  2.0/s  10 s left\n');
});

test('durations and sparklines', (t) => {
  t.deepEqual([duration(4.4), duration(185), duration(7810)], ['4 s', '3 min 05 s', '2 h 10 min']);
  t.is(sparkline([0, 1, 2, 3, 4, 5, 6, 7]), '▁▂▃▄▅▆▇█');
  t.is(sparkline([5, 5]), '▁▁');
  t.is(sparkline([1, NaN, 2]), '▁·█');
  t.is(sparkline([0, 2, 8, 10], 2), '▁█');
});
