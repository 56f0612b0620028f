import test from 'ava';
import fc from 'fast-check';
import { AdvectError } from '@advect/base/errors';
import { type Json, parseJson } from '#src/io/json.js';

/** Maps as plain objects, for comparison with JSON.parse; own members only, so `__proto__` survives. */
function plain(value: Json): unknown {
  if (value instanceof Map) return Object.fromEntries([...(value as ReadonlyMap<string, Json>)].map(([k, v]) => [k, plain(v)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

test('valid JSON means what JSON.parse says it means', (t) => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t'), (json, space) => {
      const text = JSON.stringify(JSON.parse(json), null, space);
      t.deepEqual(plain(parseJson(text, 'The text')), JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

test('a text is accepted exactly where JSON.parse accepts it, doubled names apart', (t) => {
  const parts = [
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"a"',
    '"b"',
    '"\\',
    '\\u12',
    '0',
    '-',
    '1',
    '.5',
    'e3',
    '+',
    'true',
    'null',
    ' ',
    '\n',
    '\u0001',
    'NaN',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 10 }), (chosen) => {
      const text = chosen.join('');
      const ours = attempt(() => parseJson(text, 'The text'));
      const theirs = attempt(() => JSON.parse(text));
      if (ours instanceof Error && /second time/.test(ours.message)) return;
      t.is(ours instanceof Error, theirs instanceof Error, text);
      if (ours instanceof Error) t.true(ours instanceof AdvectError && ours.code === 'invalid-file');
    }),
    { numRuns: 5000 },
  );
});

const attempt = (f: () => unknown): unknown => {
  try {
    return f();
  } catch (error) {
    return error;
  }
};

test('no control character stands in a string as it is', (t) => {
  for (let code = 0; code < 0x20; code++) {
    t.throws(() => parseJson(`"a${String.fromCharCode(code)}"`, 'The text'), { instanceOf: AdvectError }, `code ${code}`);
  }
  t.throws(() => parseJson('"\u0001"', 'The text'), { instanceOf: AdvectError });
  t.is(parseJson('" \u007f"', 'The text'), ' \u007f');
});

test('an error says what is wrong and where', (t) => {
  const error = t.throws(() => parseJson('{"a": 1, "a": 2}', 'model.json'), { instanceOf: AdvectError, code: 'invalid-file' });
  t.is(error?.message, 'model.json: the name "a" occurs a second time at character 12');
  t.throws(() => parseJson('["\\u12"]', 'model.json'), { message: 'model.json: a malformed string ends at character 7' });
});

test('lists lie in lists 33 deep and no deeper; words and numbers are whole', (t) => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  t.notThrows(() => parseJson(nested(33), 'The text'));
  t.throws(() => parseJson(nested(34), 'The text'), { message: 'The text: nesting is deeper than 32 at character 33' });
  for (const text of ['[tru]', '[-]']) {
    t.throws(() => parseJson(text, 'The text'), { message: 'The text: a value is missing or malformed at character 1' });
  }
});
