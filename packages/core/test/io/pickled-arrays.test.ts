import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { AdvectError } from '@advect/base/errors';
import { pickledArrays } from '#src/io/index.js';

const reference = JSON.parse(readFileSync(new URL('../../../test/io/reference/pickles.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

/** The columns of the table in the pickles, one behind the other. */
const columns = [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11];

for (const [what, pickle] of Object.entries(reference)) {
  test(`the numbers of a table: ${what}`, (t) => {
    const block = pickledArrays(bytesOf(pickle)).find(({ shape }) => shape.length === 2);
    t.deepEqual(block?.shape, [3, 4]);
    t.deepEqual([...block!.data], columns);
  });
}

test('a pickle that would run a program when Python loads it is nothing but its words', (t) => {
  const program = Uint8Array.from(Buffer.from('cos\nsystem\n(U\x08exit 666tR.', 'latin1'));
  t.deepEqual(pickledArrays(program), []);
});

test('what is cut off or no pickle is refused', (t) => {
  const whole = bytesOf(reference['Python 2']);
  t.throws(() => pickledArrays(whole.subarray(0, whole.length - 1)), { instanceOf: AdvectError, code: 'invalid-file' });
  t.throws(() => pickledArrays(Uint8Array.of(0x7b)), { instanceOf: AdvectError, message: /opcode 0x7b/ });
  t.throws(() => pickledArrays(Uint8Array.of(0x2e)), { instanceOf: AdvectError });
  t.throws(() => pickledArrays(Uint8Array.of(0x4e, 0x72, 255, 255, 255, 255)), { instanceOf: AdvectError });
});

test('a damaged pickle is read or refused with an AdvectError', (t) => {
  for (const pickle of Object.values(reference)) {
    const whole = bytesOf(pickle);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (edits) => {
        const changed = whole.slice();
        for (const [at, byte] of edits) changed[at] = byte;
        try {
          pickledArrays(changed);
          return true;
        } catch (error) {
          return error instanceof AdvectError;
        }
      }),
      { numRuns: 500 },
    );
  }
  t.pass();
});
