import test from 'ava';
import { loadRows, type RowTransfer, storeRows } from '#src/wasm/kernels/index.js';
import { numbers, runOn } from './harness.js';

const shapes = [
  { outer: 1, inner: 1 },
  { outer: 1, inner: 2 },
  { outer: 3, inner: 4 },
  { outer: 2, inner: 7 },
  { outer: 1, inner: 43 },
];
const parts = [
  { batch: 9, rowStart: 0, live: 8 },
  { batch: 9, rowStart: 8, live: 1 },
  { batch: 23, rowStart: 16, live: 7 },
  { batch: 5, rowStart: 0, live: 5 },
];
const tile = 8;

for (const [name, kernel] of [
  ['loadRows', loadRows],
  ['storeRows', storeRows],
] as const) {
  test(`${name} moves live rows and touches no other number`, (t) => {
    for (const { outer, inner } of shapes) {
      for (const { batch, rowStart, live } of parts) {
        const [theirs, ours] = [numbers(outer * batch * inner, 1), numbers(outer * inner * tile, 2)];
        const results = runOn([theirs, ours], false, (f, base, offsets) => {
          const locals = f.locals('i32', 4);
          [rowStart, live, batch].forEach((value, i) => locals[i].set(f.i32.const(value)));
          locals[3].set(f.i32.add(base.get(), f.i32.const(offsets[0])));
          const [start, rows, all, caller] = locals;
          const transfer: RowTransfer = {
            caller,
            rowStart: start,
            live: rows,
            batch: all,
            outer,
            inner,
            tile,
            place: { base, offset: offsets[1] },
          };
          kernel(f, transfer);
        });
        const expected = [theirs.slice(), ours.slice()];
        for (let o = 0; o < outer; o++) {
          for (let r = 0; r < live; r++) {
            for (let i = 0; i < inner; i++) {
              const [there, here] = [(o * batch + rowStart + r) * inner + i, (o * inner + i) * tile + r];
              if (name === 'loadRows') expected[1][here] = theirs[there];
              else expected[0][there] = ours[here];
            }
          }
        }
        t.deepEqual(results, expected, `${outer} ${inner} ${batch} ${rowStart} ${live}`);
      }
    }
  });
}
