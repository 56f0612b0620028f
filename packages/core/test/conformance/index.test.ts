import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { repositoryRoot } from '@advect/testkit';
import { defects, laws, promises } from './tests-of-laws.js';

const root = repositoryRoot(import.meta.dirname);
const folder = join(root, 'packages/core/test');

test('every law, every known defect of other libraries, and every promise has a test that exists', (t) => {
  t.is(Object.keys(laws).length, 24);
  for (const [law, places] of [...Object.entries(laws), ...Object.entries(defects), ...Object.entries(promises)]) {
    t.true(places.length > 0, law);
    for (const [file, title] of places) t.true(readFileSync(join(folder, file), 'utf8').includes(title), `${law}: '${title}' in ${file}`);
  }
});

test('no test is without an assertion, for AVA fails those unless told not to', (t) => {
  const settings = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8')) as {
    ava?: { failWithoutAssertions?: boolean };
  };
  t.not(settings.ava?.failWithoutAssertions, false);
});
