import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licencesOf } from './licences.js';

export interface Bundle {
  /** Files by their names, all in one folder. */
  readonly programs: ReadonlyMap<string, Uint8Array>;
  /** A name for that folder that changes with any of its bytes. */
  readonly folder: string;
  /** The licences of the packages of others that are in it. */
  readonly licences: string;
}

/** Bundles programs and style sheets for browsers, in one folder, with TensorFlow.js cut down to what pages use. */
export async function bundle(
  entries: { readonly [name: string]: string },
  define: { readonly [name: string]: string } = {},
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    metafile: true,
    entryPoints: { ...entries },
    outdir: '/',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    define: { ...define },
    alias: { '@tensorflow/tfjs': fileURLToPath(new URL('../tensorflow/slim.js', import.meta.url)) },
    logLevel: 'silent',
  });
  const programs = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  const hash = createHash('sha256');
  for (const [name, bytes] of [...programs].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(name).update(bytes);
  return { programs, folder: `app-${hash.digest('hex').slice(0, 12)}`, licences: await licencesOf(Object.keys(metafile.inputs)) };
}
