import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { type PickledObject, readPickle } from '#src/io/pickle.js';

/** A pickle of opcodes, as numbers or as characters, with its end. */
const pickle = (...parts: readonly (number | string)[]): Uint8Array =>
  Uint8Array.from([...parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : [part])), 0x2e]);

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

const values: [what: string, bytes: Uint8Array, value: unknown][] = [
  ['NONE', pickle('N'), null],
  ['NEWTRUE', pickle(0x88), true],
  ['NEWFALSE', pickle(0x89), false],
  ['BININT', pickle('J', 0xfe, 0xff, 0xff, 0xff), -2],
  ['BININT1', pickle('K', 200), 200],
  ['BININT2', pickle('M', 0x34, 0x12), 0x1234],
  ['LONG1 of no bytes', pickle(0x8a, 0), 0],
  ['LONG1, 255', pickle(0x8a, 2, 0xff, 0x00), 255],
  ['LONG1, 32513', pickle(0x8a, 2, 0x01, 0x7f), 0x7f01],
  ['LONG1, 127', pickle(0x8a, 1, 127), 127],
  ['LONG1, −128', pickle(0x8a, 1, 128), -128],
  ['LONG1, −256', pickle(0x8a, 2, 0x00, 0xff), -256],
  ['BINFLOAT', pickle('G', 0x3f, 0xf8, ...zeros(6)), 1.5],
  ['SHORT_BINSTRING', pickle('U', 2, 'ab'), Uint8Array.of(97, 98)],
  ['BINSTRING', pickle('T', 2, 0, 0, 0, 'ab'), Uint8Array.of(97, 98)],
  ['SHORT_BINBYTES', pickle('C', 2, 'ab'), Uint8Array.of(97, 98)],
  ['BINBYTES', pickle('B', 2, 0, 0, 0, 'ab'), Uint8Array.of(97, 98)],
  ['BINBYTES8', pickle(0x8e, 2, ...zeros(7), 'ab'), Uint8Array.of(97, 98)],
  ['BYTEARRAY8', pickle(0x96, 2, ...zeros(7), 'ab'), Uint8Array.of(97, 98)],
  ['BINUNICODE', pickle('X', 2, 0, 0, 0, 'ab'), 'ab'],
  ['SHORT_BINUNICODE', pickle(0x8c, 2, 'ab'), 'ab'],
  ['BINUNICODE8', pickle(0x8d, 2, ...zeros(7), 'ab'), 'ab'],
  ['EMPTY_TUPLE', pickle(')'), []],
  ['TUPLE', pickle('(NK', 1, 't'), [null, 1]],
  ['TUPLE1', pickle('K', 1, 0x85), [1]],
  ['TUPLE2', pickle('K', 1, 'K', 2, 0x86), [1, 2]],
  ['TUPLE3', pickle('K', 1, 'K', 2, 'K', 3, 0x87), [1, 2, 3]],
  ['APPEND', pickle(']K', 1, 'aK', 2, 'a'), [1, 2]],
  ['APPENDS', pickle('](K', 1, 'K', 2, 'e'), [1, 2]],
  ['ADDITEMS', pickle(0x8f, '(K', 1, 'K', 2, 0x90), [1, 2]],
  ['SETITEM', pickle('}K', 1, 'K', 2, 's'), new Map([[1, 2]])],
  [
    'SETITEMS',
    pickle('}(K', 1, 'K', 2, 'K', 3, 'K', 4, 'u'),
    new Map([
      [1, 2],
      [3, 4],
    ]),
  ],
  ['SETITEMS with a key left over', pickle('}(K', 1, 'K', 2, 'K', 3, 'u'), new Map([[1, 2]])],
  ['POP', pickle('K', 1, 'K', 2, '0'), 1],
  ['BINPUT and BINGET', pickle('K', 7, 'q', 0, 'h', 0, 0x86), [7, 7]],
  ['LONG_BINPUT and LONG_BINGET', pickle('K', 7, 'r', 5, 0, 0, 0, 'j', 5, 0, 0, 0, 0x86), [7, 7]],
  ['MEMOIZE', pickle('K', 7, 0x94, 'K', 8, 0x94, 'h', 0, 'h', 1, 0x87, 0x86), [7, [8, 7, 8]]],
  ['GLOBAL', pickle('cnumpy\ndtype\n'), { kind: 'name', name: 'numpy dtype' }],
  ['STACK_GLOBAL', pickle(0x8c, 5, 'numpy', 0x8c, 5, 'dtype', 0x93), { kind: 'name', name: 'numpy dtype' }],
  ['REDUCE', pickle('ca\nb\n)R'), { kind: 'object', of: { kind: 'name', name: 'a b' }, args: [] }],
  ['NEWOBJ', pickle('ca\nb\n)', 0x81), { kind: 'object', of: { kind: 'name', name: 'a b' }, args: [] }],
  ['PROTO and FRAME', pickle(0x80, 5, 0x95, 2, ...zeros(7), 'K', 1), 1],
  ['a mark below what is on top', pickle('K', 1, '(K', 2, 't', 0x86), [1, [2]]],
];

for (const [what, bytes, value] of values) {
  test(`${what} means what pickletools says`, (t) => {
    const behind = Uint8Array.from([9, ...bytes, 9]);
    t.deepEqual(readPickle(behind.subarray(1)) as unknown, value);
  });
}

test('BUILD sets the state of an object, and tells of it', (t) => {
  const told: PickledObject[] = [];
  const object = readPickle(pickle('ca\nb\n)RK', 3, 'b'), (one) => told.push(one));
  t.deepEqual(object, { kind: 'object', of: { kind: 'name', name: 'a b' }, args: [], state: 3 });
  t.deepEqual(told, [object as PickledObject]);
});

const faults: [what: string, bytes: Uint8Array, message: RegExp][] = [
  ['a protocol that is too new', pickle(0x80, 6, 'N'), /its protocol is 6/],
  ['bytes that are missing', pickle('C', 5, 'ab'), /5 bytes are missing at byte 2/],
  ['a line that does not end', pickle('cnumpy'), /a line does not end/],
  ['nothing on the stack', pickle('0'), /something is missing/],
  ['nothing above the mark', pickle('K', 1, '(', 0x85), /something is missing/],
  ['no mark', pickle('K', 1, 't'), /a mark is missing/],
  ['a state for what is no object', pickle('NK', 1, 'b'), /something of another kind/],
  ['a state for a name', pickle('ca\nb\nK', 1, 'b'), /something of another kind/],
  ['a module that is no text', pickle('K', 1, 0x8c, 1, 'b', 0x93), /a name is no text/],
  ['a name that is no text', pickle(0x8c, 1, 'a', 'K', 1, 0x93), /a name is no text/],
  ['nothing kept under a number', pickle('h', 0), /nothing is kept under 0/],
  ['nothing to keep', pickle('q', 0), /keeps something under 0/],
  ['a memo larger than the file', pickle('Nr', 9, 0, 0, 0), /keeps something under 9/],
];

for (const [what, bytes, message] of faults) {
  test(`a pickle with ${what} is refused`, (t) => {
    t.throws(() => readPickle(bytes), { instanceOf: AdvectError, code: 'invalid-file', message });
  });
}
