import test from 'ava';
import * as data from '#src/data/index.js';
import * as library from '#src/index.js';

test('what is done to data is found at @advect/core/data and nowhere else', (t) => {
  const names = Object.keys(data);
  t.true(names.length > 0);
  t.deepEqual(
    names.filter((name) => name in library),
    [],
  );
});
