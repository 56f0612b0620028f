import test from 'ava';
import fc from 'fast-check';
import { AdvectError } from '@advect/base/errors';
import { csvRecords, readCsv } from '#src/io/index.js';

const rows = (csv: Parameters<typeof readCsv>[0], options?: Parameters<typeof readCsv>[1]) => {
  const { x, columns } = readCsv(csv, options);
  return { columns, rows: Array.from({ length: x.shape[0] }, (_, i) => [...x.data.subarray(i * x.shape[1], (i + 1) * x.shape[1])]) };
};

test('a header is found, and its absence', (t) => {
  t.deepEqual(rows('height,"weight, kg"\r\n1.5,-2e3\r\n.5,+3.\r\n'), {
    columns: ['height', 'weight, kg'],
    rows: [
      [1.5, -2000],
      [0.5, 3],
    ],
  });
  t.deepEqual(rows('1,2\n3,4'), {
    columns: ['1', '2'],
    rows: [
      [1, 2],
      [3, 4],
    ],
  });
  t.deepEqual(rows('a,2\n3,4'), { columns: ['a', '2'], rows: [[3, 4]] }, 'one word makes a header');
  t.deepEqual(rows('1,2\n3,4', { header: true }), { columns: ['1', '2'], rows: [[3, 4]] });
  t.deepEqual(rows('?,2\n3,4', { onMissing: 'nan' }).rows, [
    [NaN, 2],
    [3, 4],
  ]);
});

test('each delimiter is guessed or given, and blanks may be many', (t) => {
  for (const delimiter of [',', ';', '\t', '|']) {
    t.deepEqual(
      rows(`a${delimiter}b\n1${delimiter}2\n3${delimiter}4`).rows,
      [
        [1, 2],
        [3, 4],
      ],
      delimiter,
    );
  }
  t.deepEqual(rows('  1   2\t3 \n4 5 6\n\n', { delimiter: 'blank' }).rows, [
    [1, 2, 3],
    [4, 5, 6],
  ]);
  t.deepEqual(rows('7\n8\n').rows, [[7], [8]], 'one column');
  const given = { header: true, onMissing: 'nan' } as const;
  t.deepEqual(rows('a;b\n1;2', { ...given, delimiter: ',', missing: ['1;2'] }), { columns: ['a;b'], rows: [[NaN]] });
  t.deepEqual(rows('a,b c\n1,5 2', { ...given, delimiter: 'blank', missing: ['1,5'] }), { columns: ['a,b', 'c'], rows: [[NaN, 2]] });
  t.deepEqual(rows(' 1 , 2\n3, 4 ').rows, [
    [1, 2],
    [3, 4],
  ]);
});

test('bytes are read as UTF-8, with and without a mark, and nothing else', (t) => {
  t.deepEqual(rows(new TextEncoder().encode('\ufeffé\n1')), { columns: ['é'], rows: [[1]] });
  t.throws(() => readCsv(Uint8Array.of(0xe9, 0x0a, 0x31)), { instanceOf: AdvectError, code: 'invalid-file', message: /UTF-8/ });
});

test('missing values are an error unless one says what becomes of them', (t) => {
  const csv = 'a,b\n1,2\n?,3\n4,NA\n,\n5,6';
  const error = t.throws(() => readCsv(csv), { instanceOf: AdvectError, message: /row 3 has no value in the column 'a'/ });
  t.regex(error?.hint ?? '', /onMissing/);
  const dropped = readCsv(csv, { onMissing: 'drop' });
  t.deepEqual([...dropped.x.data], [1, 2, 5, 6]);
  t.deepEqual([dropped.missing, dropped.dropped], [4, 3]);
  t.deepEqual([...readCsv(csv, { onMissing: 'nan' }).x.data], [1, 2, NaN, 3, 4, NaN, NaN, NaN, 5, 6]);
  t.deepEqual([...readCsv('a\n-1\n2', { missing: ['-1'], onMissing: 'drop' }).x.data], [2]);
  t.throws(() => readCsv('a,b\nNA,1', { missing: ['-1'] }), { message: /'NA' in the column 'a'/ });
});

test('each usual sign of a missing value is one', (t) => {
  for (const sign of ['', '?', 'NA', 'N/A', 'NaN', 'nan', 'null']) {
    const { x, columns, missing } = readCsv(`1,${sign}\n2,3`, { onMissing: 'nan' });
    t.deepEqual([[...x.data], columns, missing], [[1, NaN, 2, 3], ['1', '2'], 1], sign);
  }
});

test('decimal numbers are read in each of their forms', (t) => {
  t.deepEqual([...readCsv('a\n.25\n12.\n+3\n1e10\n-2.5E-12\n1e+02\n').x.data], [0.25, 12, 3, 1e10, -2.5e-12, 100]);
});

test('options of another kind are refused', (t) => {
  for (const options of [
    { missing: [1, '?'] },
    { columns: [] },
    { columns: ['a', 1] },
    { delimiter: '/' },
    { onMissing: 'skip' },
    { header: 1 },
  ]) {
    t.throws(() => readCsv('a\n1', options as never), { instanceOf: AdvectError, code: 'invalid-option', message: /^readCsv/ });
  }
});

test('records are maps from names to the cells as they stand', (t) => {
  const expected = [
    new Map([
      ['name', 'a, b'],
      ['n', ' 1'],
    ]),
    new Map([
      ['name', ''],
      ['n', 'é'],
    ]),
  ];
  const csv = '\nname,n\n"a, b", 1\n\n,é\n';
  t.deepEqual(csvRecords(csv), expected);
  t.deepEqual(csvRecords(new TextEncoder().encode(csv)), expected);
  t.deepEqual(csvRecords('name\na\nb'), [new Map([['name', 'a']]), new Map([['name', 'b']])], 'one column');
  const refused = (text: string | Uint8Array, message: RegExp) =>
    t.throws(() => csvRecords(text), { instanceOf: AdvectError, code: 'invalid-file', message });
  refused('', /it is empty/);
  refused('a,b\n1,2\n3', /row 3 has 1 cells where the first has 2/);
  refused('a,b\n1,2\n"3,4', /row 3: .*quote/);
  refused(Uint8Array.of(0xe9), /UTF-8/);
});

test('more bytes than one text can hold are refused before they are decoded', (t) => {
  // Never written to, so that no memory is behind it.
  const huge = new Uint8Array(2 ** 29 - 23);
  t.throws(() => readCsv(huge), { instanceOf: AdvectError, code: 'invalid-file', message: /536870889 bytes, more than one text/ });
});

test('columns are chosen by name, and the others may hold text', (t) => {
  t.deepEqual(rows('date,y,x\nmonday,1,2\n?,3,4', { columns: ['x', 'y'] }), {
    columns: ['x', 'y'],
    rows: [
      [2, 1],
      [4, 3],
    ],
  });
  const error = t.throws(() => readCsv('a,b\n1,2', { columns: ['c'] }), { instanceOf: AdvectError, message: /no column 'c'/ });
  t.regex(error?.hint ?? '', /a, b/);
});

const faults: [csv: string, message: RegExp][] = [
  ['', /empty/],
  ['\n \n', /empty/],
  ['a,b\n1', /row 2 has 1 cells where the first has 2/],
  ['a,b\n1,2,3', /row 2 has 3 cells/],
  ['a\n1e999', /'1e999'/],
  ['a\n0x10', /'0x10'/],
  ['a\nInfinity', /'Infinity'/],
  ['a\n1 2', /'1 2'/],
  ['a,a\n1,2', /two columns are named 'a'/],
  ['a,b\n"1,2', /row 2: .*quote/],
];

for (const [csv, message] of faults) {
  test(`${JSON.stringify(csv)} is refused`, (t) => {
    t.throws(() => readCsv(csv), { instanceOf: AdvectError, code: 'invalid-file', message });
  });
}

test('any numbers that are written are read back to the last bit', (t) => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 20 }), (table) => {
      t.deepEqual(
        rows(table.map((row) => row.map((v) => (Object.is(v, -0) ? '-0' : String(v))).join(',')).join('\n')).rows,
        table.map((row) => [...row]),
      );
    }),
    { numRuns: 200 },
  );
});

test('any text is a table of finite numbers or an AdvectError', (t) => {
  const piece = fc.oneof(
    fc.constantFrom('1', '-2.5', ',', ';', '\n', '\r\n', '"', '""', ' ', 'a', '?', '\t', '|'),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      try {
        return readCsv(pieces.join('')).x.data.every(Number.isFinite);
      } catch (error) {
        return error instanceof AdvectError;
      }
    }),
    { numRuns: 2000 },
  );
  t.pass();
});
