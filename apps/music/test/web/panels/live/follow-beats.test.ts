import { signal } from '@preact/signals';
import test from 'ava';
import { followBeats } from '#src/web/panels/live/follow-beats.js';
import type { PlayerState } from '#src/web/sound/player.js';

test('beats are told for the seconds that the tempo gives, from the middle of a bar on too, the first of each bar with an accent', async (t) => {
  // Eighth notes at 300 quarter notes a minute; what is left of a first bar of which three beats are over.
  const perStep = 0.1;
  let clock = 5 * perStep;
  const told: { readonly accent: boolean; readonly at: number }[] = [];
  const end = followBeats({
    player: { state: signal<PlayerState>('playing'), position: () => clock / perStep, secondsTo: (step) => step * perStep - clock },
    steps: () => 20,
    beat: (accent, seconds) => told.push({ accent, at: clock + seconds }),
  });
  for (; clock < 20 * perStep; clock += 0.05) await new Promise((resolve) => setTimeout(resolve, 35));
  end();
  t.deepEqual(
    told.map(({ accent }) => accent),
    [false, true, false, false, false, true, false],
  );
  told.forEach(({ at }, i) => t.true(Math.abs(at - (0.6 + 0.2 * i)) < 1e-9, `beat ${i}: ${at} s`));
});

test('beats that a page has missed are left out: the next one comes when it should', async (t) => {
  let clock = 0.3;
  const told: number[] = [];
  const end = followBeats({
    player: { state: signal<PlayerState>('playing'), position: () => clock / 0.25, secondsTo: (step) => step * 0.25 - clock },
    steps: () => 20,
    beat: (_, seconds) => told.push(clock + seconds),
  });
  const seen = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 50));
  await seen();
  // Held up from before the second beat until long after it.
  clock = 0.78;
  await seen();
  clock = 0.9;
  await seen();
  end();
  t.deepEqual(told, [1]);
});
