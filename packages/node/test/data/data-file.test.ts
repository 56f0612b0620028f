import { mkdtemp, readFile, readdir, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { dataFile, sha256, type DataFile } from '#src/index.js';

const content = 'real data';
const file: DataFile = { name: 'set.bin', url: 'https://data.example/set.bin', sha256: sha256(content), limit: 100 };

async function withCache<T>(work: (env: Record<string, string>, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'advect-'));
  try {
    return await work({ XDG_CACHE_HOME: folder }, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const answering = (body: string, status = 200) => {
  const calls: string[] = [];
  const fetch = ((url: string) => (calls.push(url), Promise.resolve(new Response(body, { status })))) as unknown as typeof globalThis.fetch;
  return { fetch, calls };
};

test('sha256 of "abc" is the one in FIPS 180-2, appendix B.1', (t) => {
  t.is(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('a file is fetched once, checked and kept', (t) =>
  withCache(async (env, folder) => {
    const { fetch, calls } = answering(content);
    const bytes = await dataFile(file, { set: 'things', env, fetch });
    t.is(new TextDecoder().decode(bytes), content);
    await dataFile(file, { set: 'things', env, fetch });
    t.deepEqual(calls, [file.url]);
    t.is(await readFile(join(folder, 'advect/things/set.bin'), 'utf8'), content);
  }));

test('a damaged copy in the cache is fetched again', (t) =>
  withCache(async (env, folder) => {
    await mkdir(join(folder, 'advect/things'), { recursive: true });
    await writeFile(join(folder, 'advect/things/set.bin'), 'rea');
    const { fetch, calls } = answering(content);
    await dataFile(file, { set: 'things', env, fetch });
    t.is(calls.length, 1);
  }));

test('a local folder serves without the network, itself or by the name of the set', (t) =>
  withCache(async (env, folder) => {
    const { fetch, calls } = answering(content);
    await mkdir(join(folder, 'local/things'), { recursive: true });
    await writeFile(join(folder, 'local/things/set.bin'), content);
    await dataFile(file, { set: 'things', env, fetch, directory: join(folder, 'local/things') });
    await dataFile(file, { set: 'things', env: { ...env, ADVECT_DATA: join(folder, 'local') }, fetch });
    const error = await t.throwsAsync(dataFile(file, { set: 'things', env, fetch, directory: folder }), { instanceOf: AdvectError });
    t.is(error.code, 'not-found');
    t.true(error.message.includes('things/set.bin') && error.hint.includes('https://data.example/set.bin'));
    t.deepEqual(calls, []);
  }));

test('the checksum of a .gz may be that of what it holds, which then is what comes', (t) =>
  withCache(async (env) => {
    const zipped = gzipSync(content);
    const fetch = (() => Promise.resolve(new Response(zipped))) as unknown as typeof globalThis.fetch;
    const packed: DataFile = { ...file, name: 'set.bin.gz', unzipped: { limit: 9, hashed: 'inside' } };
    const read = async () => new TextDecoder().decode(await dataFile(packed, { set: 'things', env, fetch }));
    t.is(await read(), content);
    t.is(await read(), content);
    const failing = (other: Partial<DataFile>) =>
      t.throwsAsync(dataFile({ ...packed, ...other, name: 'other' }, { set: 's', env, fetch }), { instanceOf: AdvectError });
    t.regex((await failing({ unzipped: { limit: 8, hashed: 'inside' } })).message, /more than the 8 bytes/);
    t.regex((await failing({ sha256: sha256(zipped) })).message, /sha256/);
    const ofFile: DataFile = { ...packed, name: 'of-file', sha256: sha256(zipped), unzipped: { limit: 9, hashed: 'file' } };
    t.is(new TextDecoder().decode(await dataFile(ofFile, { set: 'things', env, fetch })), content);
  }));

test('offline, only what is here is found', (t) =>
  withCache(async (env) => {
    const { fetch, calls } = answering(content);
    const error = await t.throwsAsync(dataFile(file, { set: 'things', env, fetch, offline: true }), { instanceOf: AdvectError });
    t.is(error.code, 'not-found');
    t.deepEqual(calls, []);
    await dataFile(file, { set: 'things', env, fetch });
    t.is((await dataFile(file, { set: 'things', env, fetch, offline: true })).length, content.length);
    t.is(calls.length, 1);
  }));

test('a file whose maker published an MD5 only is checked against it', (t) =>
  withCache(async (env) => {
    const { fetch } = answering('abc');
    const withMd5 = (md5: string): DataFile => ({ name: `${md5}.bin`, url: file.url, md5, limit: 10 });
    // RFC 1321, appendix A.5.
    t.is((await dataFile(withMd5('900150983cd24fb0d6963f7d28e17f72'), { set: 's', env, fetch })).length, 3);
    const error = await t.throwsAsync(dataFile(withMd5('900150983cd24fb0d6963f7d28e17f73'), { set: 's', env, fetch }));
    t.regex(error.message, /its md5 is 900150983cd2…/);
  }));

test('no network, a missing page, other bytes and too many bytes each say what to do', (t) =>
  withCache(async (env, folder) => {
    const offline = (() => Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') }))) as typeof fetch;
    const failing = async (get: typeof fetch) =>
      t.throwsAsync(dataFile(file, { set: 's', env, fetch: get, retryAfter: [] }), { instanceOf: AdvectError });
    const error = await failing(offline);
    t.true(error.message.includes('ENOTFOUND') && error.hint.includes('--data DIR') && error.hint.includes('ADVECT_DATA'));
    t.regex((await failing(answering('', 404).fetch)).message, /answers 404/);
    t.regex((await failing(answering('other data').fetch)).message, /sha256/);
    t.regex((await failing(answering('x'.repeat(101)).fetch)).message, /more than 100 bytes/);
    t.deepEqual(await readdir(join(folder, 'advect/s')), [], 'nothing wrong is kept');
  }));
