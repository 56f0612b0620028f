import type { AdvectError } from '@advect/base/errors';
import test from 'ava';
import { droppedFiles } from '#src/browser/dropped-files.js';

type Tree = { readonly [name: string]: Tree | 'file' | 'broken' };

/** Entries as browsers give them: folders in portions, and then none. */
function entryOf(path: string, node: Tree | 'file' | 'broken'): unknown {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (typeof node === 'string') {
    const file = (found: (file: File) => void, failed: () => void): void => (node === 'file' ? found(new File([], name)) : failed());
    return { name, fullPath: path, isFile: true, file };
  }
  const waiting = Object.entries(node).map(([child, below]) => entryOf(`${path}/${child}`, below));
  const readEntries = (take: (entries: unknown[]) => void, failed: (why: Error) => void): void =>
    name === 'locked' ? failed(new Error('not readable')) : take(waiting.splice(0, 2));
  return { name, fullPath: path, isFile: false, createReader: () => ({ readEntries }) };
}

const dropped = (tree: Tree) => ({
  items: Object.entries(tree).map(([name, node]) => ({ webkitGetAsEntry: () => entryOf(`/${name}`, node) })),
  files: [],
});

test('dropped folders give all their files by path, whatever number a reader gives at a time; hidden folders are passed over, and what cannot be opened is told of in one message', async (t) => {
  const tree: Tree = {
    b: { '2.mid': 'file', '1.mid': 'file', '3.mid': 'file', deep: { 'x.abc': 'file', 'y.abc': 'broken' }, '.git': { z: 'file' } },
    locked: {},
    'a.mid': 'file',
  };
  const missed: AdvectError[] = [];
  const found = await droppedFiles(dropped(tree) as unknown as DataTransfer, (one) => missed.push(one));
  t.deepEqual(
    missed.map(({ message }) => message),
    ["'locked' cannot be opened, nor another of what was dropped"],
  );
  t.deepEqual(
    found.map(({ name, file }) => [name, file.name]),
    [
      ['a.mid', 'a.mid'],
      ['b/1.mid', '1.mid'],
      ['b/2.mid', '2.mid'],
      ['b/3.mid', '3.mid'],
      ['b/deep/x.abc', 'x.abc'],
    ],
  );
});

test('without entries the files themselves are taken', async (t) => {
  const files = [new File([], 'one.mid')];
  t.deepEqual(await droppedFiles({ items: [{}], files } as unknown as DataTransfer, () => t.fail()), [{ name: 'one.mid', file: files[0] }]);
});
