import { AdvectError } from '@advect/base/errors';
import { integer, readOptions } from '@advect/base/options';
import { collectModel, type ModelFiles, modelLimits } from './model-files.js';

export interface ReadModelFilesOptions {
  /** Most bytes of weights, default 512 MiB. */
  readonly limit?: number;
}

/**
 * Picks a model's files for `loadModel` out of those that a person has chosen or dropped in a page: a `FileList`, files
 * of a folder, or blobs by name. Others are not looked at. Each size is held to before a byte is read; the weights must
 * have as many as `model.json` says.
 *
 * Throws `invalid-file` where a file is missing, there twice, or too large.
 */
export function readModelFiles(
  files: Iterable<File | readonly [name: string, blob: Blob]>,
  options?: ReadModelFilesOptions,
): Promise<ModelFiles> {
  const { limit } = readOptions<ReadModelFilesOptions>('readModelFiles', options, {
    limit: integer({ default: modelLimits['weights.safetensors'], min: 0 }),
  });
  const chosen = Array.from(files, (file): readonly [string, Blob] =>
    'size' in file ? [file.webkitRelativePath || file.name, file] : file,
  );
  return collectModel(async (name, most) => {
    const fitting = chosen.filter(([path]) => path.split('/').at(-1) === name);
    if (fitting.length !== 1) {
      const found = fitting.length > 1 ? `there are ${fitting.length} files called ${name}` : `there is no ${name} among the files`;
      throw new AdvectError(
        'invalid-file',
        `${found} (${
          chosen
            .map(([path]) => path)
            .slice(0, 20)
            .join(', ') || 'none'
        })`,
        'Choose the files of one model: model.json and weights.safetensors.',
      );
    }
    const [[, blob]] = fitting;
    if (blob.size > most) {
      throw new AdvectError(
        'invalid-file',
        `${name} has ${blob.size} bytes, more than the ${most} allowed`,
        'Choose the files of one model.',
      );
    }
    return new Uint8Array(await blob.arrayBuffer());
  }, limit!);
}
