import { AdvectError } from '@advect/base/errors';

/** A parsed JSON text. Objects are maps, so that no name in a file (`__proto__`, say) can mean anything to the program. */
export type Json = string | number | boolean | null | readonly Json[] | ReadonlyMap<string, Json>;

const MAX_DEPTH = 32;
const MAX_ITEMS = 20_000;
const MAX_VALUES = 150_000;
const BACKSLASH = 0x5c;

/**
 * Parses JSON (RFC 8259) more strictly than `JSON.parse`: a name that occurs twice in an object, nesting deeper than 32,
 * 20 000 items in one object or list, more than 150 000 values in all and numbers beyond the float64 range throw
 * `invalid-file`, as every other fault does, with the place.
 *
 * @param what the file, for the message
 */
export function parseJson(text: string, what: string): Json {
  let at = 0;
  let values = 0;

  const fail = (problem: string): never => {
    throw new AdvectError(
      'invalid-file',
      `${what}: ${problem} at character ${at}`,
      'The file is damaged or was not made by this format’s writer.',
    );
  };
  const skipSpace = (): void => {
    while (isSpace(text.charCodeAt(at))) at++;
  };
  const expect = (character: string): void => {
    if (text[at] !== character) fail(`'${character}' is missing`);
    at++;
  };

  const readString = (): string => {
    const start = at;
    expect('"');
    let plain = true;
    for (; at < text.length && text[at] !== '"'; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) at++;
      plain &&= code !== BACKSLASH && code >= 0x20;
    }
    expect('"');
    if (plain) return text.slice(start + 1, at - 1);
    try {
      return JSON.parse(text.slice(start, at)) as string;
    } catch {
      return fail('a malformed string ends');
    }
  };

  const readNumber = (): number => {
    const pattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return fail('a value is missing or malformed');
    const value = Number(match[0]);
    if (!Number.isFinite(value)) fail('a number is too large');
    at = pattern.lastIndex;
    return value;
  };

  const readWord = (): boolean | null => {
    for (const [word, value] of words) {
      if (text.startsWith(word, at)) {
        at += word.length;
        return value;
      }
    }
    return fail('a value is missing or malformed');
  };

  /** Whether an item follows after `count` of them; passes the comma or the closing bracket. */
  const hasNext = (count: number, close: string): boolean => {
    if (count >= MAX_ITEMS) fail(`${MAX_ITEMS} items or more come together`);
    skipSpace();
    if (count === 0 && text[at] !== close) return true;
    if (count > 0 && text[at] === ',') {
      at++;
      return true;
    }
    expect(close);
    return false;
  };

  const readObject = (depth: number): Json => {
    const members = new Map<string, Json>();
    at++;
    while (hasNext(members.size, '}')) {
      skipSpace();
      const name = readString();
      if (members.has(name)) fail(`the name ${JSON.stringify(name)} occurs a second time`);
      skipSpace();
      expect(':');
      members.set(name, readValue(depth + 1));
    }
    return members;
  };

  const readList = (depth: number): Json => {
    const items: Json[] = [];
    at++;
    while (hasNext(items.length, ']')) items.push(readValue(depth + 1));
    return items;
  };

  const readValue = (depth: number): Json => {
    if (++values > MAX_VALUES) fail(`more than ${MAX_VALUES} values come`);
    if (depth > MAX_DEPTH) fail(`nesting is deeper than ${MAX_DEPTH}`);
    skipSpace();
    switch (text[at]) {
      case '{':
        return readObject(depth);
      case '[':
        return readList(depth);
      case '"':
        return readString();
      case 't':
      case 'f':
      case 'n':
        return readWord();
      default:
        return readNumber();
    }
  };

  const value = readValue(0);
  skipSpace();
  if (at < text.length) fail('something follows the end');
  return value;
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d;

const words = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;
