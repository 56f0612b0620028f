import test from 'ava';
import { faultCount, fuzz, type FuzzedReader, inputOf } from '#src/index.js';

class AdvectError extends Error {
  override readonly name = 'AdvectError';
  readonly hint = 'Give another file.';
}

const corpus = [new TextEncoder().encode('{"length": 12, "name": "a"}'), Uint8Array.of(0, 0, 0, 12, 1, 2, 3)];
const reader = (read: (bytes: Uint8Array) => unknown): FuzzedReader => ({ name: 'reader', corpus, read });
const faults = faultCount(corpus);

test.serial('every file is read whole, cut off at each byte and with each byte changed', async (t) => {
  const seen: string[] = [];
  await fuzz(
    reader((bytes) => seen.push(bytes.join())),
    { count: faults, seed: 1 },
  );
  for (const file of corpus) {
    for (let length = 0; length <= file.length; length++) t.true(seen.includes(file.subarray(0, length).join()), `${length} bytes`);
    for (let at = 0; at < file.length; at++) {
      const others = (text: string): boolean =>
        text.split(',').length === file.length && text.split(',').every((b, i) => (i === at) === (Number(b) !== file[i]));
      t.true(seen.some(others), `byte ${at}`);
    }
  }
  t.is(new Set(seen).size, faults - 1, 'two are empty');
});

test.serial('an input is the same again, alone, and another seed gives others', (t) => {
  const all = (seed: number): string =>
    Array.from({ length: 300 }, (_, i) =>
      inputOf(
        reader(() => 0),
        seed,
        faults + i,
      ).join(),
    ).join(';');
  t.is(all(1), all(1));
  t.not(all(1), all(2));
  const inputs = all(1).split(';');
  t.true(new Set(inputs).size > 250, 'and they differ');
  t.true(
    inputs.every((text) => text.length < 4000),
    'and are no longer than a few files',
  );
});

test.serial(
  'a throw that is no AdvectError, one without a hint, slowness and too much memory are failures; a result and an AdvectError are not',
  async (t) => {
    const failing = async (read: (bytes: Uint8Array) => unknown): Promise<string> => {
      const { failures, accepted, refused } = await fuzz(reader(read), { count: 3, seed: 1 });
      t.is(accepted + refused, 3);
      return failures.join('\n');
    };
    const fail = (error: unknown) => (): never => {
      throw error;
    };
    t.is(await failing(() => 0), '');
    t.is(await failing(() => Promise.resolve(0)), '');
    t.is(await failing(fail(new AdvectError('no file'))), '');
    t.is(await failing(() => Promise.reject(new AdvectError('no file'))), '');
    t.regex(await failing(fail(new TypeError('x is undefined'))), /input 0: threw TypeError: x is undefined[^]*input 2/);
    t.regex(await failing(fail(Object.assign(new AdvectError('no file'), { hint: '' }))), /threw/);
    t.regex(await failing(fail('text')), /threw text/);
    t.regex(await failing(() => Promise.reject(new RangeError('late'))), /threw RangeError: late/);
    t.regex(await failing(() => new Float64Array(2 ** 23 + 10)), /allocated 671\d+ bytes beyond the file/);
    t.is(await failing(() => new Float64Array(2 ** 23)), '', 'the file itself counts not');
    t.is(globalThis.Float64Array, Float64Array);
    const slow = (): void => {
      for (const end = performance.now() + 110; performance.now() < end;);
    };
    t.regex((await fuzz(reader(slow), { count: 1, seed: 1 })).failures.join(), /took 11\d ms|took \d{3,} ms/);
  },
);

test.serial('checksums are repaired before a file is read', async (t) => {
  const sealed: FuzzedReader = { ...reader((bytes) => t.is(bytes.at(-1), 7)), repair: (bytes) => Uint8Array.from([...bytes, 7]) };
  t.is((await fuzz(sealed, { count: 50, seed: 1 })).accepted, 50);
});
