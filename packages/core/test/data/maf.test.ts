import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { type NdArray, ndarray } from '@advect/base/array';
import { gasRecipe, hepmassRecipe, mafCounts, type MafParts, minibooneRecipe, powerRecipe } from '#src/data/index.js';
import { numpyRandom } from '#src/data/maf/numpy-random.js';

interface Case {
  readonly x: number[];
  readonly y: number[];
  readonly columns: number[];
  readonly train: number[];
  readonly validation: number[];
  readonly test: number[];
}

const reference = JSON.parse(readFileSync(new URL('../../../test/data/reference/maf.json', import.meta.url), 'utf8')) as {
  random: { shuffled: number[]; rand: number[]; long: number[]; 'rand after': number[] };
} & Record<'power' | 'gas' | 'hepmass' | 'miniboone', Case>;

const table = (values: number[], width: number): NdArray<Float64Array> =>
  ndarray(Float64Array.from(values), [values.length / width, width]);

/** Standardised in another order of sums, then rounded to float32. */
function same(t: ExecutionContext, parts: MafParts, expected: Case): void {
  for (const part of ['train', 'validation', 'test'] as const) {
    const { data, shape } = parts[part];
    t.is(data.length, expected[part].length, part);
    t.is(shape[0] * shape[1], data.length);
    data.forEach((v, i) => {
      if (Math.abs(v - expected[part][i]) > 2 ** -23 * (1 + Math.abs(expected[part][i])))
        t.fail(`${part} ${i}: ${v} and ${expected[part][i]}`);
    });
  }
}

test("NumPy's old generator shuffles and draws as RandomState does", (t) => {
  const random = numpyRandom(42);
  t.deepEqual([...random.shuffled(20)], reference.random.shuffled);
  t.deepEqual(Array.from({ length: 5 }, random.rand), reference.random.rand);
  const long = numpyRandom(7);
  t.deepEqual([...long.shuffled(1000)], reference.random.long);
  t.deepEqual(Array.from({ length: 700 }, long.rand).slice(-3), reference.random['rand after'], 'over several refills of its state');
});

test('POWER: the rows, columns and noise are those of the authors', (t) => {
  const parts = powerRecipe(table(reference.power.x, 8));
  t.deepEqual(parts.columns, [0, 2, 4, 5, 6, 7]);
  same(t, parts, reference.power);
});

test('GAS: of columns that say the same, the last is kept', (t) => {
  const parts = gasRecipe(table(reference.gas.x, 9));
  t.deepEqual(parts.columns, reference.gas.columns);
  same(t, parts, reference.gas);
});

test('HEPMASS: signals without the features that stick at their lowest value', (t) => {
  const parts = hepmassRecipe(table(reference.hepmass.x, 5), table(reference.hepmass.y, 6));
  t.deepEqual(parts.columns, reference.hepmass.columns);
  same(t, parts, reference.hepmass);
});

test('MINIBOONE: without faults and features that stick; the file of the authors has that done', (t) => {
  const raw = table(reference.miniboone.x, 4);
  const parts = minibooneRecipe(raw, true);
  t.deepEqual(parts.columns, reference.miniboone.columns);
  same(t, parts, reference.miniboone);
  t.is(minibooneRecipe(raw).train.shape[1], 4);
});

test('samples go back to the units of the source', (t) => {
  const { train, standardisation } = gasRecipe(table(reference.gas.x, 9));
  const back = train.data[0] * standardisation.scale[0] + standardisation.shift[0];
  t.true(Math.abs(back - reference.gas.x[reference.gas.columns[0]]) < 1e-6);
});

test('the parts have the published numbers of rows', (t) => {
  // Papamakarios et al. (2017), table 4; the rows in all are those of the cleaned sources.
  t.deepEqual(mafCounts(2_049_280), { train: 1_659_917, validation: 184_435, test: 204_928 });
  t.deepEqual(mafCounts(1_052_065), { train: 852_174, validation: 94_685, test: 105_206 });
  t.deepEqual(mafCounts(36_488), { train: 29_556, validation: 3284, test: 3648 });
  t.is(Math.trunc(0.1 * 350_136), 35_013, 'HEPMASS, whose test rows are a file of their own');
});
