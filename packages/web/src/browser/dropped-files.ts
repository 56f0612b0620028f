/** A file and its path below what was dropped or chosen. */
export interface NamedFile {
  readonly name: string;
  readonly file: File;
}

/** Files of one drop at most: a folder may be the root of a disk. */
const most = 20_000;

/**
 * The files that were dropped, those in folders included, in the order of their paths. To be called within the event: what was dropped
 * is gone afterwards. Files that cannot be opened are passed over.
 */
export async function droppedFiles({ items, files }: Pick<DataTransfer, 'items' | 'files'>): Promise<NamedFile[]> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (entries.length === 0) return [...files].map((file) => ({ name: file.name, file }));
  const found: NamedFile[] = [];
  const waiting = [...entries];
  for (let entry = waiting.shift(); entry && found.length < most; entry = waiting.shift()) {
    const name = entry.fullPath.replace(/^\//, '');
    if (entry.isFile) {
      const file = await fileOf(entry as FileSystemFileEntry);
      if (file) found.push({ name, file });
    } else if (!entry.name.startsWith('.')) {
      waiting.push(...(await childrenOf(entry as FileSystemDirectoryEntry)));
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const fileOf = (entry: FileSystemFileEntry): Promise<File | undefined> =>
  new Promise((resolve) => {
    entry.file(resolve, () => resolve(undefined));
  });

/** A reader gives a hundred entries at a time, and then none. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => resolve([]));
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}
