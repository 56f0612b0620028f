import test from 'ava';
import { type Passage, secondIn, secondsUntil, stepAt } from '#src/web/sound/passage.js';
import { timelineOf } from '#src/web/sound/timeline.js';

/** Two steps a second. */
const slow = timelineOf([{ tick: 0, perMinute: 60 }], 2);
const quick = timelineOf([{ tick: 0, perMinute: 120 }], 2);
const plain: Passage = { steps: 16, timeline: slow, since: 100, second: 1, loop: undefined };

test('a passage stands until it begins, goes on by the clock, and stands at its end', (t) => {
  t.deepEqual(
    [99, 100, 100.5, 107, 120].map((time) => stepAt(plain, time)),
    [2, 2, 3, 16, 16],
  );
});

test('what is repeated begins again at the beginning of the stretch', (t) => {
  const turning: Passage = { ...plain, loop: { from: 0.5, to: 2.5 } };
  t.deepEqual(
    [100, 101, 101.5, 102, 103.5, 105.5].map((time) => secondIn(turning, time)),
    [1, 2, 0.5, 1, 0.5, 0.5],
  );
});

test('what sounded before is heard until another passage begins, at its own tempo', (t) => {
  const { before: _, ...before } = plain;
  const after: Passage = { steps: 16, timeline: quick, since: 102, second: 1.5, loop: undefined, before };
  t.deepEqual(
    [101, 101.75, 102, 102.5].map((time) => stepAt(after, time)),
    [4, 5.5, 6, 8],
  );
});

test('seconds to a step count by the passage that sounds then, and what is past is negative', (t) => {
  const { before: _, ...before } = plain;
  const after: Passage = { steps: 16, timeline: quick, since: 102, second: 1.5, loop: undefined, before };
  t.deepEqual(
    [101, 101.5, 102, 103, 110].map((time) => secondsUntil(after, 8, time)),
    [1.5, 1, 0.5, -0.5, -2],
  );
});
