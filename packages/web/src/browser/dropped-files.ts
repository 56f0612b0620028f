import { AdvectError } from '@advect/base/errors';

/** A file and its path below what was dropped or chosen. */
export interface NamedFile {
  readonly name: string;
  readonly file: File;
}

/** Files of one drop at most: a folder may be the root of a disk. */
const most = 20_000;

/**
 * The files that were dropped, those in folders included, in the order of their paths. To be called within the event: what was dropped
 * is gone afterwards. It never rejects: files and folders that cannot be opened are passed over, and `report` is told of them at the end.
 */
export async function droppedFiles(
  { items, files }: Pick<DataTransfer, 'items' | 'files'>,
  report: (missed: AdvectError) => void,
): Promise<NamedFile[]> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (entries.length === 0) return [...files].map((file) => ({ name: file.name, file }));
  const found: NamedFile[] = [];
  const missed: string[] = [];
  const waiting = [...entries];
  for (let entry = waiting.shift(); entry && found.length < most; entry = waiting.shift()) {
    const name = entry.fullPath.replace(/^\//, '');
    try {
      if (entry.isFile) found.push({ name, file: await fileOf(entry as FileSystemFileEntry) });
      else if (!entry.name.startsWith('.')) waiting.push(...(await childrenOf(entry as FileSystemDirectoryEntry)));
    } catch {
      missed.push(name);
    }
  }
  if (missed.length > 0) report(cannotOpen(missed));
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function cannotOpen([first, ...others]: readonly string[]): AdvectError {
  const more = others.length > 0 ? `, nor ${others.length === 1 ? 'another' : `${others.length} others`} of what was dropped` : '';
  return new AdvectError(
    'not-found',
    `'${first}' cannot be opened${more}`,
    'See that it is there and that you may read it, then drop it again.',
  );
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });

/** A reader gives a hundred entries at a time, and then none. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}
