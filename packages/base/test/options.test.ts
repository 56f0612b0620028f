import test from 'ava';
import type { AdvectError } from '#src/errors.js';
import { boolean, callback, didYouMean, integer, number, oneOf, readOptions, seed } from '#src/options.js';

const readers = {
  steps: integer({ default: 10, min: 1 }),
  rtol: number({ default: 1e-3, min: 0, max: 1 }),
  seed: seed(),
  fast: boolean(false),
  method: oneOf(['euler', 'dopri5'], 'dopri5'),
};
const read = (given: unknown) => readOptions<{ [K in keyof typeof readers]: unknown }>('solve', given as object, readers);
const defaults = { steps: 10, rtol: 1e-3, seed: 0, fast: false, method: 'dopri5' };

test('absent options take their defaults; given ones are read, also from frozen and inheriting objects', (t) => {
  for (const none of [undefined, null, {}, { rtol: undefined }]) t.deepEqual(read(none), defaults);
  t.deepEqual(read(Object.freeze({ steps: 3, seed: 2 ** 53 - 1 })), { ...defaults, steps: 3, seed: 2 ** 53 - 1 });
  t.deepEqual(read(Object.create({ steps: 4 })), { ...defaults, steps: 4 });
  t.deepEqual(read(Object.assign(Object.create(null), { steps: 5 })), { ...defaults, steps: 5 });
  t.true(Object.isFrozen(read({})));
});

const refused: [unknown, AdvectError['code'], RegExp, RegExp?][] = [
  [{ rtoll: 1 }, 'unknown-option', /solve has no option 'rtoll'/, /Did you mean 'rtol'\? Its options are: steps, rtol/],
  [JSON.parse('{"__proto__": 1}'), 'unknown-option', /'__proto__'/],
  [{ constructor: 1 }, 'unknown-option', /'constructor'/],
  [7, 'invalid-option', /the options argument is 7 where an object of options belongs/],
  ['seed', 'invalid-option', /is 'seed'/],
  [[], 'invalid-option', /is a list/],
  [new Float32Array(2), 'invalid-option', /is a Float32Array/],
  [() => {}, 'invalid-option', /is a function/],
  ...[0, 1.5, NaN, Infinity, '3', 3n, null, [3]].map((steps): [unknown, AdvectError['code'], RegExp] => [
    { steps },
    'invalid-option',
    /solve: steps is .* where a whole number of at least 1 belongs/,
  ]),
  ...[-1e-300, 1.0000001, NaN, -Infinity].map((rtol): [unknown, AdvectError['code'], RegExp] => [{ rtol }, 'invalid-option', /rtol/]),
  ...[-1, 2 ** 53, 0.5].map((bad): [unknown, AdvectError['code'], RegExp] => [{ seed: bad }, 'invalid-option', /solve: seed is/]),
  [{ fast: 1 }, 'invalid-option', /fast is 1 where true or false belongs/],
  [{ method: 'dopri' }, 'invalid-option', /is 'dopri' where one of 'euler', 'dopri5' belongs/, /Did you mean 'dopri5'\?/],
  [{ method: Object.create(null) }, 'invalid-option', /is a object/],
];

test('what is not an option, or no value for it, is refused with the value and a way out', (t) => {
  for (const [given, code, message, hint = /./] of refused) {
    const error = t.throws<AdvectError>(() => read(given), { message });
    t.is(error.code, code);
    t.regex(error.hint, hint);
  }
});

test('a callback is the function that was given, and nothing else', (t) => {
  const readers = { onStep: callback<(step: number) => void>() };
  const given: { onStep: (step: number) => void } = { onStep: () => {} };
  t.is(readOptions('solve', given, readers).onStep, given.onStep);
  t.throws(() => readOptions('solve', { onStep: 3 }, readers), { message: /onStep is 3 where a function belongs/ });
});

test('a name or word of a megabyte is refused in a short message, without comparing it', (t) => {
  const long = 'x'.repeat(2 ** 20);
  const once = (): number => {
    const began = performance.now();
    for (const given of [{ [long]: 1 }, { method: long }]) {
      const error = t.throws<AdvectError>(() => read(given));
      t.true(error.message.length < 200);
    }
    return performance.now() - began;
  };
  // Comparing such names with the known ones took 0.5 s.
  const best = Math.min(...Array.from({ length: 5 }, once));
  t.true(best < 50, `${best} ms`);
});

test('the nearest name is proposed where one is near', (t) => {
  t.is(didYouMean('RTOL', ['atol', 'rtol']), "Did you mean 'rtol'? ");
  t.is(didYouMean('stps', ['steps', 'seed']), "Did you mean 'steps'? ");
  t.is(didYouMean('q', ['steps', 'seed']), '');
  t.is(didYouMean('temperature', ['steps', 'seed']), '');
  t.is(didYouMean('steps', []), '');
});
