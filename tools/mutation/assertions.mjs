import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';

/** A maker of what a test gets as `t`, with AVA's assertions as far as this repository uses them; equality is AVA's own. */
export function assertionsLikeAva(packageFolder) {
  const ofPackage = createRequire(`${packageFolder}/package.json`);
  const concordance = createRequire(ofPackage.resolve('ava'))('concordance');
  const same = (a, b) => isDeepStrictEqual(a, b) || concordance.compare(a, b).pass;

  return ({ context, teardowns }) => {
    let count = 0;
    const check = (ok, what, message = '') => {
      count++;
      if (!ok) throw new Error(`${what} ${message}`.trim());
      return true;
    };
    const expect = (thrown, expected, message) => {
      const problem = thrown.length === 0 ? 'nothing was thrown' : mismatch(thrown[0], expected);
      check(problem === undefined, problem, message);
      return thrown[0];
    };
    const t = {
      context,
      title: '',
      pass: () => check(true),
      fail: (m) => check(false, 'fail', m),
      assert: (v, m) => check(v, 'assert', m),
      truthy: (v, m) => check(v, 'truthy', m),
      falsy: (v, m) => check(!v, 'falsy', m),
      true: (v, m) => check(v === true, 'true', m),
      false: (v, m) => check(v === false, 'false', m),
      is: (a, b, m) => check(Object.is(a, b), 'is', m),
      not: (a, b, m) => check(!Object.is(a, b), 'not', m),
      deepEqual: (a, b, m) => check(same(a, b), 'deepEqual', m),
      notDeepEqual: (a, b, m) => check(!same(a, b), 'notDeepEqual', m),
      like: (v, selector, m) => check(same(alike(v, selector), selector), 'like', m),
      regex: (s, pattern, m) => check(pattern.test(s), 'regex', m),
      notRegex: (s, pattern, m) => check(!pattern.test(s), 'notRegex', m),
      throws: (body, expected, m) => expect(thrownBy(body), expected, m),
      throwsAsync: async (body, expected, m) => expect(await thrownLater(body), expected, m),
      notThrows: (body, m) => check(thrownBy(body).length === 0, 'notThrows', m),
      notThrowsAsync: async (body, m) => check((await thrownLater(body)).length === 0, 'notThrowsAsync', m),
      log: () => {},
      timeout: () => {},
      teardown: (body) => teardowns.push(body),
    };
    return { t, count: () => count };
  };
}

function thrownBy(body) {
  try {
    body()?.catch?.(() => {});
    return [];
  } catch (error) {
    return [error];
  }
}

async function thrownLater(body) {
  try {
    await (typeof body === 'function' ? body() : body);
    return [];
  } catch (error) {
    return [error];
  }
}

function mismatch(error, { instanceOf, code, name, is, message } = {}) {
  if (!(error instanceof Error)) return 'what was thrown is no error';
  if (instanceOf && !(error instanceof instanceOf)) return `${error.name} is of another class`;
  if (code !== undefined && error.code !== code) return `code ${error.code}`;
  if (name !== undefined && error.name !== name) return `name ${error.name}`;
  if (is !== undefined && error !== is) return 'another error';
  if (message === undefined) return undefined;
  const fits = typeof message === 'string' ? error.message === message : (message.test?.(error.message) ?? message(error.message));
  return fits ? undefined : `message ${error.message}`;
}

/** Of a value, the part that a selector names. */
function alike(value, selector) {
  if (typeof selector !== 'object' || selector === null || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(selector)) return Array.isArray(value) ? selector.map((part, i) => alike(value[i], part)) : value;
  return Object.fromEntries(Object.keys(selector).map((key) => [key, alike(value[key], selector[key])]));
}
