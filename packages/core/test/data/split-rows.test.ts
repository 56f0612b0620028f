import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { splitRows } from '#src/data/index.js';

test('a split has the shares that are asked for, no row twice, and is the same for the same seed', (t) => {
  const { train, test: tested, rest } = splitRows(103, { train: 0.8, test: 0.1, rest: 0.1 });
  t.deepEqual([train.length, tested.length, rest.length], [83, 10, 10]);
  t.is(new Set([...train, ...tested, ...rest]).size, 103);
  t.deepEqual(splitRows(103, { train: 0.8, test: 0.1, rest: 0.1 }).test, tested);
  t.notDeepEqual(splitRows(103, { train: 0.8, test: 0.1, rest: 0.1 }, 1).test, tested);
  t.deepEqual(splitRows(10, { some: 0.3 }).some.length, 3);
  t.throws(() => splitRows(10, { a: 0.8, b: 0.3 }), { instanceOf: AdvectError, code: 'invalid-option' });
});
