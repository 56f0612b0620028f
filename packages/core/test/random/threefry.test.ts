import test from 'ava';
import { threefry } from '#src/random/threefry.js';

// The threefry2x32-20 lines of Random123's file of known answers: counter, key, result.
const known = [
  { counter: [0, 0], key: [0, 0], result: [0x6b200159, 0x99ba4efe] },
  { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], result: [0x1cb996fc, 0xbb002be7] },
  { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], result: [0xc4923a9c, 0x483df7a0] },
];

for (const { counter, key, result } of known) {
  test(`threefry-2x32-20 gives the known answer for counter ${counter.map((c) => c.toString(16)).join(' ')}`, (t) => {
    const out = new Uint32Array(4);
    threefry(out, 1, key[0], key[1], counter[0], counter[1]);
    t.deepEqual([...out], [0, ...result, 0]);
  });
}

test('a counter past 2^32 counts modulo 2^32', (t) => {
  const out = new Uint32Array(4);
  threefry(out, 0, 0xfffffff1, 7, 2 ** 52 + 5, 9);
  threefry(out, 2, 0xfffffff1, 7, 5, 9);
  t.deepEqual([...out.subarray(0, 2)], [...out.subarray(2)]);
});
