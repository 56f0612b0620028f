// Runs alone: it changes the environment.
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { threadCount, threadFacts, type ThreadFacts } from '#src/threads/count.js';

const facts: ThreadFacts = { cores: 4, workers: true, sharedMemory: true, isolated: true };

test.serial('as many as asked for, else as the environment says, else one for each core up to eight', (t) => {
  const before = process.env['ADVECT_THREADS'];
  try {
    delete process.env['ADVECT_THREADS'];
    t.deepEqual(threadCount(undefined, facts), { threads: 4, reason: '4 threads on 4 cores' });
    t.is(threadCount(undefined, { ...facts, cores: 96 }).threads, 8);
    t.is(threadCount(undefined, { ...facts, cores: 1 }).threads, 1);
    t.is(threadCount(3, facts).threads, 3);
    t.is(threadCount(12, facts).threads, 12);
    process.env['ADVECT_THREADS'] = '2';
    t.is(threadCount(undefined, facts).threads, 2);
    t.is(threadCount(1, facts).threads, 1);
    process.env['ADVECT_THREADS'] = 'many';
    t.throws(() => threadCount(undefined, facts), { instanceOf: AdvectError, message: /ADVECT_THREADS is 'many'/ });
    t.is(threadCount(3, facts).threads, 3);
  } finally {
    if (before === undefined) delete process.env['ADVECT_THREADS'];
    else process.env['ADVECT_THREADS'] = before;
  }
});

test.serial('one thread where the platform has no more, saying why', (t) => {
  const reasonOf = (change: Partial<ThreadFacts>): string => {
    const { threads, reason } = threadCount(2, { ...facts, ...change });
    t.is(threads, 1);
    return reason;
  };
  t.regex(reasonOf({ isolated: false, sharedMemory: false }), /not cross-origin isolated.*Cross-Origin-Opener-Policy: same-origin/);
  t.regex(reasonOf({ sharedMemory: false }), /memory cannot be shared/);
  t.regex(reasonOf({ workers: false }), /no worker can be started/);
});

test.serial('a number that is none is refused', (t) => {
  for (const threads of [0, -1, 1.5, 65, Number.NaN]) {
    const error = t.throws(() => threadCount(threads, facts), { instanceOf: AdvectError });
    t.is(error.code, 'invalid-option');
  }
});

test.serial('Node has threads', (t) => {
  const { cores, ...rest } = threadFacts();
  t.true(cores >= 1);
  t.deepEqual(rest, { workers: true, sharedMemory: true, isolated: true });
});
