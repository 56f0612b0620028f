import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire, findSourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import '#src/own-maps.js';

test('source maps of packages are not read, those of ours are: also after a package that requires others, and one that throws', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'own-maps-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const program = async (path: string, code: string): Promise<string> => {
    const file = join(folder, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, `${code}\n//# sourceMappingURL=map.json\n`);
    await writeFile(join(file, '../map.json'), JSON.stringify({ version: 3, sources: ['program.ts'], names: [], mappings: 'AAAA' }));
    return file;
  };
  const inner = await program('node_modules/inner/index.js', '');
  const outer = await program('node_modules/outer/index.js', "require('inner'); require('./late.js')");
  const late = await program('node_modules/outer/late.js', '');
  const broken = await program('node_modules/broken/index.js', "throw new Error('broken')");
  const require = createRequire(import.meta.url);

  require(outer);
  t.throws(() => void require(broken), { message: 'broken' });
  t.deepEqual([inner, outer, late, broken].map(findSourceMap), [undefined, undefined, undefined, undefined]);
  await import(await program('ours.mjs', ''));
  t.truthy(findSourceMap(join(folder, 'ours.mjs')));
  t.truthy(findSourceMap(fileURLToPath(import.meta.url)));
  t.regex(new Error('here').stack!, /own-maps\.test\.ts:\d+/);
});
