import { crc32 as zlibCrc32, deflateRawSync } from 'node:zlib';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { readZip } from '#src/io/index.js';

interface Part {
  readonly name: string;
  readonly content: string;
  readonly deflated?: boolean;
  readonly change?: (local: Buffer, central: Buffer) => void;
}

/** A zip archive by the rules of APPNOTE.TXT, with faults put in where a test wants them. */
function makeZip(parts: readonly Part[], comment = ''): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, content, deflated = false, change } of parts) {
    const raw = Buffer.from(content);
    const packed = deflated ? deflateRawSync(raw) : raw;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(deflated ? 8 : 0, 4);
    common.writeUInt32LE(zlibCrc32(raw), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(raw.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    const central = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, tail, Buffer.from(name)]);
    change?.(local, central);
    locals.push(local);
    centrals.push(central);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, directory, end, Buffer.from(comment)]);
}

const text = async (entry: { read(): Promise<Uint8Array> }): Promise<string> => new TextDecoder().decode(await entry.read());

test('stored and deflated files are read, folders are not among them, a comment may follow', async (t) => {
  const long = 'abc'.repeat(10_000);
  const zip = makeZip(
    [
      { name: 'a/', content: '' },
      { name: 'a/é.txt', content: 'stored' },
      { name: 'b', content: long, deflated: true },
      { name: 'empty', content: '' },
    ],
    'PK\x05\x06 is no end here, for its comment would have another length',
  );
  const entries = readZip(zip);
  t.deepEqual(
    entries.map(({ name, size }) => [name, size]),
    [
      ['a/é.txt', 6],
      ['b', 30_000],
      ['empty', 0],
    ],
  );
  t.deepEqual(await Promise.all(entries.map(text)), ['stored', long, '']);
});

const two = (change: Part['change'], deflated = false): Buffer =>
  makeZip([
    { name: 'a', content: 'some text', deflated, change },
    { name: 'b', content: 'more' },
  ]);

/** The same archive with its record at the end changed. */
const withEnd = (zip: Buffer, change: (end: Buffer) => void): Buffer => {
  change(zip.subarray(zip.length - 22));
  return zip;
};

test('what is read is a copy, and names that are not UTF-8 are read as Latin-1', async (t) => {
  const zip = makeZip([{ name: 'e', content: 'stored', change: (_, c) => c.writeUInt8(0xe9, 46) }]);
  const [entry] = readZip(zip);
  const content = await entry.read();
  zip.fill(0);
  t.deepEqual([entry.name, new TextDecoder().decode(content)], ['é', 'stored']);
});

test('extra fields and comments of entries are passed over, and the longest comment of an archive', async (t) => {
  const passed =
    (extra: number, comment: number): Part['change'] =>
    (_, c) => {
      c.writeUInt16LE(1, 28);
      c.writeUInt16LE(extra, 30);
      c.writeUInt16LE(comment, 32);
    };
  const entries = readZip(
    makeZip(
      [
        { name: 'a: extra', content: 'x', change: passed(7, 0) },
        { name: 'b: comment', content: 'y', change: passed(0, 9) },
        { name: 'c', content: 'z' },
      ],
      '-'.repeat(0xffff),
    ),
  );
  t.deepEqual(
    entries.map(({ name }) => name),
    ['a', 'b', 'c'],
  );
  t.deepEqual(await Promise.all(entries.map(text)), ['x', 'y', 'z']);
});

test('an entry may have neither name nor content', async (t) => {
  const [entry] = readZip(makeZip([{ name: '', content: '' }]));
  t.deepEqual([entry.name, entry.size, await text(entry)], ['', 0, '']);
});

test('entries may be listed in another order than they lie in', async (t) => {
  const at =
    (offset: number): Part['change'] =>
    (_, c) =>
      c.writeUInt32LE(offset, 42);
  const zip = makeZip([
    { name: 'a', content: 'x', change: at(32) },
    { name: 'b', content: 'x', change: at(0) },
  ]);
  t.deepEqual(await Promise.all(readZip(zip).map(text)), ['x', 'x']);
});

const faults: [what: string, zip: Uint8Array, message: RegExp][] = [
  ['nothing', new Uint8Array(0), /no list of entries/],
  ['no end', makeZip([{ name: 'a', content: 'x' }]).subarray(0, -1), /no list of entries/],
  ['an encrypted file', two((_, c) => c.writeUInt16LE(1, 8)), /encrypted/],
  ['another method', two((_, c) => c.writeUInt16LE(12, 10)), /method 12/],
  ['a place outside', two((_, c) => c.writeUInt32LE(1e6, 42)), /not where it should be/],
  [
    'two names alike',
    makeZip([
      { name: 'a', content: 'x' },
      { name: 'a', content: 'y' },
    ]),
    /twice/,
  ],
  [
    'files over one another',
    makeZip([
      { name: 'a', content: 'x' },
      { name: 'b', content: 'y', change: (_, c) => c.writeUInt32LE(0, 42) },
    ]),
    /overlap/,
  ],
  ['a stored file of two lengths', two((_, c) => c.writeUInt32LE(8, 20)), /two lengths/],
  ['a length beyond what bytes can unpack to', two((_, c) => c.writeUInt32LE(2 ** 31, 24), true), /announces 2147483648 bytes/],
  ['a packed length of zip64', two((_, c) => c.writeUInt32LE(0xffffffff, 20), true), /a is of the kind zip64/],
  ['a length of zip64', two((_, c) => c.writeUInt32LE(0xffffffff, 24), true), /a is of the kind zip64/],
  ['a place of zip64', two((_, c) => c.writeUInt32LE(0xffffffff, 42)), /a is of the kind zip64/],
  ['a number of entries of zip64', withEnd(two(undefined), (end) => end.fill(0xff, 8, 12)), /it is of the kind zip64/],
  ['a list in the place of zip64', withEnd(two(undefined), (end) => end.fill(0xff, 16, 20)), /it is of the kind zip64/],
  ['the number of a later piece', withEnd(two(undefined), (end) => end.writeUInt8(1, 4)), /one of several pieces/],
  ['entries in other pieces', withEnd(two(undefined), (end) => end.writeUInt16LE(1, 8)), /one of several pieces/],
  [
    'a list that reaches into its end',
    withEnd(two(undefined), (end) => end.writeUInt32LE(95, 12)),
    /2 entries are announced in 95 bytes at 75/,
  ],
  ['fewer entries than announced', withEnd(two(undefined), (end) => end.fill(3, 8, 9).fill(3, 10, 11)), /entry 2 of 3 is missing/],
  ['a list that ends inside an entry', withEnd(two(undefined), (end) => end.writeUInt32LE(60, 12)), /entry 1 of 2 is missing/],
  ['an entry of another kind', two((_, c) => c.writeUInt8(0, 0)), /entry 0 of 2 is missing/],
  ['a name beyond the list', two((_, c) => c.writeUInt16LE(200, 28)), /list of entries is cut off/],
  ['a file of another kind', two((l) => l.writeUInt8(0, 0)), /a is not where it should be/],
  ['a file beyond the entries', two((_, c) => c.writeUInt32LE(100, 20), true), /a reaches beyond the entries/],
  ['a file moved beyond the entries', two((l) => l.writeUInt16LE(60, 28)), /a reaches beyond the entries/],
];

for (const [what, zip, message] of faults) {
  test(`an archive with ${what} is refused before anything is unpacked`, (t) => {
    t.throws(() => readZip(zip), { instanceOf: AdvectError, code: 'invalid-file', message });
  });
}

test('more bytes than the limit are refused before anything is unpacked', (t) => {
  const zip = makeZip([{ name: 'a', content: 'x'.repeat(1000), deflated: true }]);
  t.throws(() => readZip(zip, { limit: 999 }), { instanceOf: AdvectError, message: /1000 bytes, more than the 999/ });
  t.is(readZip(zip, { limit: 1000 }).length, 1);
  t.throws(() => readZip(zip, { limit: -1 }), { code: 'invalid-option', message: /^readZip/ });
  const announcing = (size: number): Buffer =>
    makeZip([{ name: 'a', content: 'x'.repeat(2_100_000), change: (_, c) => c.writeUInt32LE(size, 24) && c.writeUInt16LE(8, 10) }]);
  t.is(readZip(announcing(2 ** 31 - 1))[0].size, 2 ** 31 - 1);
  t.throws(() => readZip(announcing(2 ** 31)), { message: /2147483648 bytes, more than the 2147483647 allowed/ });
});

test('content that is longer, shorter, damaged or another than announced is refused', async (t) => {
  const failing = async (change: Part['change'], message: RegExp) => {
    await t.throwsAsync(readZip(two(change, true))[0].read(), { instanceOf: AdvectError, code: 'invalid-file', message });
  };
  await failing((_, c) => c.writeUInt32LE(8, 24), /more than the 8 bytes/);
  await failing((_, c) => c.writeUInt32LE(10, 24), /9 of the 10 bytes/);
  await failing((_, c) => c.writeUInt32LE(1, 16), /another checksum/);
  await failing((l) => l.fill(0xff, 31, 36), /cannot be unpacked/);
});
