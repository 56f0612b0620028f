import test from 'ava';
import fc from 'fast-check';
import { AdvectError } from '@advect/base/errors';
import { readWav, wavComment, writeWav } from '#src/codec/wav.js';

test('sound and comment survive; samples to half a step of 16 bits', (t) => {
  const left = Float32Array.from({ length: 101 }, (_, i) => Math.sin(i / 3));
  const right = left.map((x) => -x / 2);
  const { sound, comment } = readWav(writeWav({ sampleRate: 44100, channels: [left, right] }, 'seed 7, ♩'));
  t.is(comment, 'seed 7, ♩');
  t.is(sound.sampleRate, 44100);
  for (const [i, channel] of [left, right].entries())
    channel.forEach((x, k) => t.true(Math.abs(x - sound.channels[i][k]) <= 0.5 / 32767 + 1e-7));
  const plain = writeWav({ sampleRate: 8000, channels: [left] });
  t.is(readWav(plain).comment, undefined);
  t.is(wavComment(plain), undefined);
  t.is(wavComment(writeWav({ sampleRate: 44100, channels: [left, right] }, 'seed 7, ♩')), 'seed 7, ♩');
});

test('the header is that of the RIFF/WAVE definition', (t) => {
  const bytes = writeWav({ sampleRate: 44100, channels: [Float32Array.of(0, 1, -1)] }, 'x');
  const view = new DataView(bytes.buffer);
  t.is(new TextDecoder().decode(bytes.subarray(0, 4)), 'RIFF');
  t.is(view.getUint32(4, true), bytes.length - 8);
  t.is(view.getUint32(28, true), 88200, 'bytes in a second');
  t.deepEqual(
    [44, 46, 48].map((at) => view.getInt16(at, true)),
    [0, 32767, -32767],
  );
  t.is(bytes.length % 2, 0);
});

test('damaged files end in a sound or an AdvectError', (t) => {
  const good = writeWav({ sampleRate: 8000, channels: [new Float32Array(20)] }, 'hello');
  t.throws(() => readWav(new Uint8Array(0)), { code: 'invalid-file' });
  t.throws(() => readWav(good.subarray(0, 60)), { code: 'invalid-file', message: /chunk 'data' claims 40 bytes/ });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (changes) => {
      const bytes = good.slice();
      for (const [at, value] of changes) bytes[at] = value;
      try {
        readWav(bytes);
      } catch (error) {
        if (!(error instanceof AdvectError)) throw error;
      }
    }),
  );
  t.pass();
});
