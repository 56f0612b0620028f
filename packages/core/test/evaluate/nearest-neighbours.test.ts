import test from 'ava';
import { ndarray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { fitNearestNeighbours } from '#src/evaluate/nearest-neighbours.js';

const points = Float64Array.from({ length: 600 }, (_, at) => {
  const i = at >> 1;
  const [a, b, c] = [((i * 0.7548776662466927) % 1) - 0.5, ((i * 0.5698402909980532) % 1) - 0.5, i % 3];
  return at % 2 === 0 ? 2 * a + 1.2 * c : 1.5 * b + 0.8 * a + (c === 1 ? 0.9 : 0);
});

// scikit-learn 1.9.1: KNeighborsClassifier(7).fit(x[:200], labels[:200]).predict(x[200:]) on these points, labels i % 3.
const reference = '2012012002002112012012002012012012012012012002012112012012012012002012011012012012012012012011012012';

test('seven neighbours agree with scikit-learn on 100 points, but where votes are tied', (t) => {
  const labels = Int32Array.from({ length: 200 }, (_, i) => i % 3);
  const classify = fitNearestNeighbours(ndarray(points.slice(0, 400), [200, 2]), labels, { neighbours: 7 });
  const classes = classify(ndarray(points.slice(400), [100, 1, 2]));
  const differing = [...classes].flatMap((c, i) => (String(c) === reference[i] ? [] : [i]));
  t.deepEqual(
    differing.map((i) => `${i}: ${classes[i]}, theirs ${reference[i]}`),
    [],
  );
});

test('one neighbour gives every known sample its own class', (t) => {
  const labels = Int32Array.from({ length: 300 }, (_, i) => (i * i) % 7);
  const x = ndarray(points, [300, 2]);
  t.deepEqual(fitNearestNeighbours(x, labels, { neighbours: 1 })(x), labels);
});

test('most votes win, and among equals the class of the nearest', (t) => {
  const known = ndarray(Float32Array.of(0, 1, 2, 3), [4, 1]);
  const classify = (labels: number[], neighbours: number): number =>
    fitNearestNeighbours(known, labels, { neighbours })(ndarray(Float32Array.of(-1), [1, 1]))[0];
  t.is(classify([7, 5, 5, 9], 3), 5);
  t.is(classify([7, 5, 9, 9], 3), 7);
  t.is(classify([5, 7, 7, 5], 4), 5);
});

test('bad arguments of a search are errors', (t) => {
  const x = ndarray(points, [300, 2]);
  t.throws(() => fitNearestNeighbours(x, [1]), { instanceOf: AdvectError, code: 'invalid-shape' });
  t.throws(() => fitNearestNeighbours(x, new Int32Array(300), { neighbours: 301 }), { instanceOf: AdvectError, code: 'invalid-option' });
  t.throws(() => fitNearestNeighbours(x, new Int32Array(300))(ndarray(new Float32Array(3), [1, 3])), {
    instanceOf: AdvectError,
    code: 'invalid-shape',
  });
});
