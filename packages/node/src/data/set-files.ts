import { stat } from 'node:fs/promises';
import { dataPath } from './data-file.js';
import type { DataSet } from './data-set.js';
import { chooseForm, type OpenSettings } from './open-set.js';

/** A file of a set that is here and was checked. */
export interface SetFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** What it was compared with; 'pinned' stands for the hash of its first download. */
  readonly checked: 'sha256' | 'md5' | 'pinned';
}

/**
 * Brings the files of a set here (into the cache, or finds them in the local folder) and checks each; with `offline` only
 * those that are here already. Throws what `dataFile` throws.
 */
export async function setFiles(set: DataSet, settings: OpenSettings): Promise<SetFile[]> {
  const form = await chooseForm<unknown>(set, set.forms, settings);
  const files: SetFile[] = [];
  for (const file of form.files) {
    const path = await dataPath(file, { ...settings, set: set.folder });
    const checked = 'pinned' in file ? 'pinned' : 'sha256' in file ? 'sha256' : 'md5';
    files.push({ name: file.name, path, bytes: (await stat(path)).size, checked });
  }
  return files;
}
