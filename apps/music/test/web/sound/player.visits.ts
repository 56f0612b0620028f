import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import type { Trial } from './in-page/player.js';
import { soundPage } from './sound-page.js';

declare const trial: Trial;

type Taken = ReturnType<Trial['take']>;

const rate = 44_100;
/** Seconds in which a source fades in, or a loop goes over its seam: samples there are not what they say. */
const fading = 0.05;
const seam = 0.05;

/** What is heard and read from now on, once a source has begun and there is enough of it to compare. */
async function listen(page: Page, enough?: number): Promise<Taken> {
  await page.evaluate(() => trial.take());
  return heardSoFar(page, enough);
}

/** What is heard and read since the last time, as soon. */
async function heardSoFar(page: Page, enough = 20): Promise<Taken> {
  await page.waitForFunction(
    ([count, rate]) => {
      const until = (trial.blocks.at(-1)?.frame ?? 0) / rate;
      return trial.readings.filter(({ time, step }) => time < until && step !== trial.readings[0].step).length > count;
    },
    [enough, rate],
  );
  return page.evaluate(() => trial.take());
}

/** The number of the sample that was heard at a time, by the audio clock; NaN where nothing was captured. */
function heardAt({ blocks }: Taken, time: number): number {
  const frame = Math.round(time * rate);
  const block = blocks.find((one) => frame >= one.frame && frame < one.frame + one.numbers.length);
  return block ? block.numbers[frame - block.frame] : NaN;
}

/** How far, in seconds, the player's position is at most from what was heard at the same moments; of steps within bounds. */
function largestGap(t: ExecutionContext, taken: Taken, perStep: number, from = 0, to = Infinity): number {
  // A position stands until its source begins.
  const begun = taken.readings.find(({ step }) => step !== taken.readings[0].step)!;
  const gaps = taken.readings
    .filter(({ time, step }) => time > begun.time + fading && step * perStep > from && step * perStep < to)
    .map(({ time, step }) => Math.abs(heardAt(taken, time) / rate - step * perStep))
    .filter((gap) => !Number.isNaN(gap));
  t.true(gaps.length > 5, `${gaps.length} of ${taken.readings.length} readings`);
  return Math.max(...gaps);
}

/** How far, in samples, what was heard is at most from where it began, by the audio clock. */
function largestLeap({ blocks }: Taken): number {
  const ahead = blocks.flatMap(({ frame, numbers }) => numbers.map((number, i) => number - frame - i));
  return Math.max(...ahead.map((samples) => Math.abs(samples - ahead[0])));
}

test.serial('what is heard is the buffer, sample by sample, and the position is that of what is heard', async (t) => {
  await soundPage(t, ['player', 'capture'], async (page) => {
    const near = (taken: Taken, perStep: number, what: string, from?: number, to?: number): void => {
      const gap = largestGap(t, taken, perStep, from, to);
      t.true(gap < 0.01, `${what}: the position is ${gap} s from what is heard`);
    };
    await page.click('button');
    t.is(await page.evaluate(() => trial.start('app/capture.js')), rate, 'no resampling');
    await page.evaluate(() => {
      trial.take();
      void trial.player.play();
    });
    const first = await heardSoFar(page);
    const numbers = first.blocks.flatMap((block) => block.numbers);
    const begin = numbers.indexOf(1);
    const heard = numbers.slice(begin);
    t.true(heard.length > 10_000);
    const gap = heard.findIndex((number, i) => number !== heard[0] + i);
    t.is(gap, -1, `every sample once and in its order, unchanged: ${heard.slice(Math.max(0, gap - 2), gap + 3).join(', ')}`);
    t.true(begin > 0, 'from the first');
    near(first, 0.125, 'from the beginning');
    // The first readings are of before it begins.
    const end = first.readings.at(-1)!.time + first.readings.at(-1)!.toEnd;
    for (const { time, toEnd } of first.readings) t.true(Math.abs(time + toEnd - end) < 0.001, 'the end stays when it is');

    await page.evaluate(() => [10, 20].forEach(trial.player.seek));
    const sought = await listen(page);
    t.true(sought.readings[0].step >= 20, 'the later of two seeks counts');
    near(sought, 0.125, 'after seeking');

    await page.evaluate(() => {
      trial.take();
      trial.holdUp(200, 'before');
      trial.player.seek(40);
    });
    const heldUp = await heardSoFar(page);
    near({ ...heldUp, readings: heldUp.readings.filter(({ step }) => step >= 40) }, 0.125, 'where the page is held up as a source begins');
    const afterSilence = heldUp.blocks.flatMap(({ numbers }) => numbers);
    const begun = afterSilence.findIndex((number, i) => i > 0 && number !== 0 && afterSilence[i - 1] === 0);
    const one = afterSilence.slice(begun + fading * rate);
    t.true(begun > 0 && one.length > 10_000);
    t.is(afterSilence.indexOf(0, begun), -1, 'a source that was too late is not heard before it');
    t.is(
      one.findIndex((number, i) => number !== one[0] + i),
      -1,
      'then every sample in its order',
    );

    const before = await page.evaluate(() => {
      trial.take();
      trial.tempo(120);
      return trial.now();
    });
    await page.waitForFunction(() => trial.perStep() === 0.25);
    const over = await page.evaluate(() => trial.take());
    t.false(
      over.blocks.some(({ numbers }) => numbers.includes(0)),
      'it sounds until the other tempo takes over',
    );
    const slow = await listen(page);
    near(slow, 0.25, 'at another tempo');
    const { time, step } = slow.readings[0];
    const least = before.step + (time - before.time) / 0.25;
    t.true(step > least - 0.1 && step < before.step + (time - before.time) / 0.125, 'it goes on where it was');

    t.deepEqual(await page.evaluate(() => trial.asked), [true, false], 'a long piece is one part');
    await page.evaluate(() => {
      trial.take();
      trial.holdUp(300, 'after');
      trial.mute(true);
    });
    const mixed = await heardSoFar(page, 60);
    near(mixed, 0.25, 'once the mixer is touched, and the page held up');
    const leap = largestLeap(mixed);
    t.true(leap < 1, `one source takes over from another without a gap, also where the page is held up: ${leap} samples`);
    t.true(mixed.readings[0].step > slow.readings.at(-1)!.step, 'it goes on');
    t.true(await page.evaluate(() => trial.asked[2]), 'and its parts are apart');

    await page.evaluate(() => {
      trial.mute(false);
      trial.tempo(240);
      trial.repeat(4, 8);
    });
    await page.waitForFunction(() => trial.perStep() === 0.125);
    const turns = await listen(page, 60);
    t.true(turns.readings.every(({ step }) => step >= 4 && step < 8));
    t.true(turns.readings.filter(({ step }, i) => i > 0 && step < turns.readings[i - 1].step).length >= 2, 'it turns');
    near(turns, 0.125, 'in a loop', 0.5 + seam);

    await page.evaluate(() => trial.player.stop());
    await page.waitForFunction(() => trial.blocks.at(-1)?.left.every((value) => value === 0));
  });
});
