import { AdvectError } from '@advect/base/errors';
import { unzipSync } from 'fflate';

const mebibyte = 2 ** 20;
/** Bytes that each file of a model may have once it is unpacked, and a zip file as a whole. */
const limits: { readonly [name: string]: number } = {
  'model.json': 3 * mebibyte,
  'MODEL_CARD.md': 3 * mebibyte,
  'weights.safetensors': 512 * mebibyte,
};
const largestZip = 516 * mebibyte;

/**
 * The files of a model, if that is what was given: by themselves or in a zip file. Of a zip file nothing else is unpacked than those,
 * and others stand for their names alone. Throws `invalid-file` where it is damaged or one of them is too large.
 */
export async function modelFilesOf(files: readonly File[]): Promise<readonly File[] | undefined> {
  if (files.some(({ name }) => name === 'model.json')) return files;
  const [only] = files;
  if (files.length !== 1 || !/\.zip$/i.test(only.name)) return undefined;
  if (only.size > largestZip) throw refused(only.name, `has ${Math.round(only.size / mebibyte)} MiB, more than any model`);
  const others: File[] = [];
  try {
    const entries = unzipSync(new Uint8Array(await only.arrayBuffer()), {
      filter({ name: path, originalSize }) {
        const name = lastOf(path);
        const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
        if (limit === undefined && name !== '') others.push(new File([], name));
        if (limit !== undefined && originalSize > limit)
          throw refused(only.name, `holds a ${name} of ${originalSize} bytes, more than the ${limit} allowed`);
        return limit !== undefined;
      },
    });
    return [...Object.entries(entries).map(([path, bytes]) => new File([bytes], lastOf(path))), ...others];
  } catch (cause) {
    throw cause instanceof AdvectError ? cause : refused(only.name, 'cannot be unpacked', cause);
  }
}

const lastOf = (path: string): string => path.split('/').at(-1)!;

const refused = (name: string, what: string, cause?: unknown): AdvectError =>
  new AdvectError('invalid-file', `'${name}' ${what}`, 'Give the zip file of a model as this page saves it.', cause);
