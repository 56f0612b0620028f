import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { OfflineManifest, SiteFile } from '../offline/manifest.js';
import { bundle } from './bundle.js';
import type { SiteReport } from './site-report.js';

export interface SiteOptions {
  /** Programs and style sheets by the names that the page calls them by: `main` becomes `app/main.js`. */
  readonly entries: { readonly [name: string]: string };
  /** Folder with index.html and what goes beside it. In the html, `app/` stands for the folder of programs. */
  readonly page: string;
  /** Folder of models, each a folder; they come to lie under `models/`. */
  readonly models: string;
  /** Names of models that work offline from the first visit on; others once that they have been opened. */
  readonly modelsAtOnce: readonly string[];
  /** Where the site is written; what was there is removed. */
  readonly out: string;
}

/**
 * Builds a site that any static host can serve, at any path: programs in a folder named after their content, the page's own
 * files, models, and a service worker that knows all of them by their checksums.
 */
export async function buildSite({ entries, page, models, modelsAtOnce, out }: SiteOptions): Promise<SiteReport> {
  const { programs, folder, licences } = await bundle(entries);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const [name, bytes] of programs) await write(join(out, folder, name), bytes);
  await writeFile(join(out, 'licences.txt'), licences);
  await cp(page, out, { recursive: true });
  const html = join(out, 'index.html');
  await writeFile(html, (await readFile(html, 'utf8')).replaceAll('"app/', `"${folder}/`));
  await cp(models, join(out, 'models'), { recursive: true });
  await writeFile(join(out, 'models', 'index.json'), JSON.stringify(await listModels(models)));

  const files = new Map<string, Uint8Array>();
  for (const path of await pathsIn(out)) files.set(path, await readFile(join(out, path)));
  const { programs: worker } = await bundle(
    { offline: fileURLToPath(new URL('../offline/service-worker.js', import.meta.url)) },
    {
      OFFLINE_MANIFEST: JSON.stringify(offlineManifest(files, modelsAtOnce)),
    },
  );
  const [[, bytes]] = worker;
  await write(join(out, 'offline.js'), bytes);
  files.set('offline.js', bytes);

  const report = [...files].map(([path, content]) => ({ path, bytes: content.length, gzip: gzipSync(content, { level: 9 }).length }));
  return { files: report, page: report.filter(({ path }) => !path.startsWith('models/')).reduce((sum, { gzip }) => sum + gzip, 0) };
}

/** What a page shows of models before it opens one. */
async function listModels(folder: string) {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => {
      const { description, weights, application } = JSON.parse(await readFile(join(folder, name, 'model.json'), 'utf8')) as {
        description: string;
        weights: { bytes: number };
        application?: { kind?: string };
      };
      return { name, description, bytes: weights.bytes, kind: application?.kind };
    }),
  );
}

function offlineManifest(files: ReadonlyMap<string, Uint8Array>, modelsAtOnce: readonly string[]): OfflineManifest {
  const all = [...files].map(([path, bytes]): SiteFile => ({ path, integrity: `sha256-${digest(bytes, 'base64')}` }));
  const isLater = ({ path }: SiteFile): boolean => {
    const [top, model, file] = path.split('/');
    return top === 'models' && file !== undefined && !modelsAtOnce.includes(model);
  };
  const version = digest(Buffer.from(JSON.stringify(all)), 'hex').slice(0, 16);
  return { version, now: all.filter((file) => !isLater(file)), later: all.filter(isLater) };
}

const digest = (bytes: Uint8Array, encoding: 'base64' | 'hex'): string => createHash('sha256').update(bytes).digest(encoding);

async function pathsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}
