// Runs alone: it sends its process a signal.
import test from 'ava';
import { withInterrupt } from '#src/index.js';

test.serial('the end of a terminal stops what is connected to it, and nothing else', async (t) => {
  const streams = [process.stdin, process.stdout, process.stderr] as { isTTY?: boolean }[];
  const before = streams.map(({ isTTY }) => isTTY);
  const hangUp = (connected: boolean): Promise<boolean> => {
    for (const stream of streams) stream.isTTY = false;
    streams[2].isTTY = connected;
    return withInterrupt(async (signal) => {
      process.emit('SIGHUP');
      return signal.aborted;
    });
  };
  try {
    t.false(await hangUp(false));
    t.true(await hangUp(true));
  } finally {
    streams.forEach((stream, i) => (stream.isTTY = before[i]));
  }
  t.is(process.listenerCount('SIGHUP'), 0);
});
