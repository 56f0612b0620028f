import { readZip } from '@advect/core/io';

/** The files of a model, if that is what was given: by themselves or in a zip file. Rejects for a broken zip file. */
export async function modelAmong(files: readonly File[]): Promise<readonly File[] | undefined> {
  if (files.some(({ name }) => name === 'model.json')) return files;
  const [only] = files;
  if (files.length !== 1 || !/\.zip$/i.test(only.name)) return undefined;
  const entries = readZip(new Uint8Array(await only.arrayBuffer()), { limit: 64 * 2 ** 20 });
  return Promise.all(
    entries.map(async (entry) => new File([(await entry.read()) as Uint8Array<ArrayBuffer>], entry.name.split('/').at(-1)!)),
  );
}
