import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import test, { type ExecutionContext } from 'ava';
import { serveSite } from '#src/serve/serve-site.js';

/** A site with a secret beside it, served; and a client that sends paths as they are. */
async function served(t: ExecutionContext, isolated?: boolean) {
  const folder = await mkdtemp(join(tmpdir(), 'advect-site-'));
  const root = join(folder, 'site');
  await mkdir(join(root, 'app-0123456789ab'), { recursive: true });
  await mkdir(join(root, 'deep'));
  await writeFile(join(root, 'index.html'), '<!doctype html>top');
  await writeFile(join(root, 'deep', 'index.html'), '<!doctype html>deep');
  await writeFile(join(root, 'app-0123456789ab', 'main.js'), 'export {};');
  await writeFile(join(root, 'empty.json'), '');
  await writeFile(join(root, 'weights.safetensors'), Buffer.alloc(70_000, 7));
  await writeFile(join(root, 'notes.pdf'), 'no type is known for it');
  await writeFile(join(root, '.hidden.json'), '{}');
  await writeFile(join(folder, 'secret.json'), '{"secret":1}');
  await symlink(join(folder, 'secret.json'), join(root, 'link.json'));
  const site = await serveSite({
    mounts: [
      { at: '', from: root },
      { at: 'given/', from: new Map([['model.json', Buffer.from('{"mine":1}')]]) },
    ],
    port: 0,
    isolated,
  });
  t.teardown(() => site.close());
  const get = (path: string, method = 'GET') =>
    new Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
      request({ host: '127.0.0.1', port: site.port, path, method }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode!, body: String(Buffer.concat(parts)), headers: response.headers }));
      })
        .on('error', reject)
        .end();
    });
  return { site, get };
}

test('files come with their type, length, policy, isolation and how long they last', async (t) => {
  const { site, get } = await served(t);
  t.is(site.address, `http://localhost:${site.port}/`);
  const page = await get('/');
  t.is(page.body, '<!doctype html>top');
  t.is(page.headers['content-type'], 'text/html; charset=utf-8');
  t.is(page.headers['cache-control'], 'no-cache');
  t.is(page.headers['cross-origin-opener-policy'], 'same-origin');
  t.is(page.headers['cross-origin-embedder-policy'], 'require-corp');
  t.is(page.headers['cross-origin-resource-policy'], 'same-origin');
  t.is(page.headers['x-content-type-options'], 'nosniff');
  const policy = String(page.headers['content-security-policy']);
  t.regex(policy, /default-src 'self';/);
  t.regex(policy, /script-src 'self' 'wasm-unsafe-eval';/);
  t.notRegex(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/);
  const script = await get('/app-0123456789ab/main.js?v=1');
  t.is(script.headers['content-type'], 'text/javascript; charset=utf-8');
  t.is(script.headers['cache-control'], 'public, max-age=31536000, immutable');
  t.is((await get('/deep/')).body, '<!doctype html>deep');
  t.is((await get('/weights.safetensors')).body.length, 70_000);
  t.deepEqual([(await get('/empty.json')).status, (await get('/empty.json')).body], [200, '']);
  t.is((await get('/given/model.json')).body, '{"mine":1}');
});

test('a site need not be isolated', async (t) => {
  const { get } = await served(t, false);
  const { headers } = await get('/');
  t.is(headers['cross-origin-embedder-policy'], undefined);
  t.not(headers['content-security-policy'], undefined);
});

test('nothing outside the folder, hidden, of unknown type or broken is given out', async (t) => {
  const { get } = await served(t);
  const paths = [
    '/../secret.json',
    '/..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/deep/..%5c..%5csecret.json',
    '/link.json',
    '/.hidden.json',
    '/notes.pdf',
    '/deep',
    '/deep/../index.html',
    '/given/../secret.json',
    '/given/',
    '/given/other.json',
    '/%00.json',
    '/%E0%A4%A',
    '//etc/passwd.json',
    '/nothing.html',
  ];
  for (const path of paths) {
    const { status, body } = await get(path);
    t.is(status, 404, path);
    t.notRegex(body, /secret|doctype/, path);
  }
  const post = await get('/', 'POST');
  t.deepEqual([post.status, post.headers['allow']], [405, 'GET, HEAD']);
  const head = await get('/', 'HEAD');
  t.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '18']);
});

test('a port that is taken is said, with what to do', async (t) => {
  const { site } = await served(t);
  const error = await t.throwsAsync(serveSite({ mounts: [], port: site.port }), { instanceOf: AdvectError });
  t.is(error?.code, 'invalid-option');
  t.is(error?.message, `port ${site.port} is taken by another program`);
  t.regex(error?.hint ?? '', /--port/);
});
