import test, { type ExecutionContext } from 'ava';
import type { Trial } from './in-page/player.js';
import { soundPage } from './sound-page.js';

declare const trial: Trial;

type Taken = ReturnType<Trial['take']>;

/** The number of the sample that was heard at a time, by the audio clock; NaN where nothing was. */
function heardAt({ blocks }: Taken, rate: number, time: number): number {
  const frame = Math.round(time * rate);
  const block = blocks.find((one) => frame >= one.frame && frame < one.frame + one.numbers.length);
  return block ? block.numbers[frame - block.frame] : NaN;
}

/** How far, in seconds, the player's position is at most from what was heard at the same moments. */
function largestGap(t: ExecutionContext, taken: Taken, rate: number, perStep: number): number {
  const gaps = taken.readings.slice(3, -3).flatMap(({ time, step }) => {
    const heard = heardAt(taken, rate, time);
    return Number.isNaN(heard) || heard === 0 ? [] : [Math.abs(heard / rate - step * perStep)];
  });
  t.true(gaps.length > 5, `${gaps.length} of ${taken.readings.length} readings`);
  return Math.max(...gaps);
}

test('what is heard is the buffer, sample by sample, and the position is that of what is heard', async (t) => {
  await soundPage(t, ['player', 'capture'], async (page) => {
    await page.click('button');
    const rate = await page.evaluate(() => trial.start('app/capture.js'));
    t.is(rate, 44_100, 'no resampling');
    await page.evaluate(() => {
      trial.take();
      void trial.player.play();
    });
    await page.waitForFunction(() => trial.readings.length > 30);
    const first = await page.evaluate(() => trial.take());
    const numbers = first.blocks.flatMap((block) => block.numbers);
    const begin = numbers.findIndex((number) => number !== 0);
    const heard = numbers.slice(begin);
    t.true(heard.length > 10_000);
    t.deepEqual(
      heard.findIndex((number, i) => number !== heard[0] + i),
      -1,
      'every sample once and in its order, unchanged',
    );
    t.true(heard[0] <= 1 && begin > 0, 'from the first');
    t.true(largestGap(t, first, rate, 0.125) < 0.01);
  });
});
