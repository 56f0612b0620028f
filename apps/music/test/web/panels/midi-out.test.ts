import { signal } from '@preact/signals';
import test from 'ava';
import { rest, scoreOf } from '#src/score.js';
import { playOnDevice } from '#src/web/panels/live/midi-out.js';
import { createMixing } from '#src/web/state/mixing.js';

interface Sent {
  readonly kind: number;
  readonly channel: number;
  readonly pitch: number;
  readonly time: number;
}

test('what begins after a jump back lasts as long as it is written, and every note that is begun is ended', async (t) => {
  // Four voices hold one chord for eight steps of a tenth of a second.
  const score = scoreOf(Array.from({ length: 8 }, () => [72, 67, 64, 48]));
  const sent: Sent[] = [];
  const state = signal<'playing' | 'stopped'>('playing');
  let position = 0;
  const stop = playOnDevice(
    {
      player: { state, position: () => position, secondsTo: (step) => (step - position) / 10 },
      score: signal(score),
      settings: signal({ transpose: 2 }),
      mixing: createMixing(4),
    },
    { send: ([kind, pitch], time = 0) => void sent.push({ kind: kind & 0xf0, channel: kind & 15, pitch, time }) },
  );
  const passes = async (from: number, to: number): Promise<void> => {
    for (position = from; position < to; position += 0.25) await new Promise((resolve) => setTimeout(resolve, 25));
  };
  await passes(0, 4);
  const before = sent.length;
  await passes(0, 6);
  const turn = sent.slice(before);
  const begun = turn.filter(({ kind }) => kind === 0x90);
  t.deepEqual(
    begun.map(({ channel, pitch }) => [channel, pitch]),
    [
      [0, 74],
      [1, 69],
      [2, 66],
      [3, 50],
    ],
  );
  for (const { channel, time } of begun) {
    const ends = turn.filter((one) => one.channel === channel && one.kind !== 0x90);
    t.is(ends.length, 1, 'that of the turn before');
    t.true(ends[0].time <= time, 'before the new note begins');
  }
  state.value = 'stopped';
  stop();
  for (let channel = 0; channel < 4; channel++) {
    const kinds = sent.filter((one) => one.channel === channel).map(({ kind }) => kind);
    t.deepEqual(kinds, [0x90, 0x80, 0x90, 0x80]);
  }
  t.true(
    sent.every(({ time, channel }, i) => sent.slice(0, i).every((one) => one.channel !== channel || one.time <= time)),
    'in order',
  );
});

test('a device does not hurry through what a held up page has missed: what lasts is begun late, what is over is left out', async (t) => {
  // The soprano has a note each step, the bass one for six.
  const score = scoreOf(Array.from({ length: 12 }, (_, step) => [72 + step, rest, rest, step < 6 ? 48 : 50]));
  const sent: (readonly [number, number])[] = [];
  let position = 0;
  const stop = playOnDevice(
    {
      player: { state: signal<'playing' | 'stopped'>('playing'), position: () => position, secondsTo: (step) => (step - position) / 2 },
      score: signal(score),
      settings: signal({ transpose: 0 }),
      mixing: createMixing(4),
    },
    { send: ([kind, pitch]) => void sent.push([kind & 0xf0, pitch]) },
  );
  const seen = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 50));
  await seen();
  position = 1.95;
  await seen();
  t.deepEqual(
    sent.filter(([kind]) => kind === 0x90).map(([, pitch]) => pitch),
    [72, 48, 74],
    'the second note of the soprano was over',
  );
  position = 3.9;
  await seen();
  t.deepEqual(sent.slice(-2), [
    [0x80, 74],
    [0x90, 76],
  ]);
  stop();
});
