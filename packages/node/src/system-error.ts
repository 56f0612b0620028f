import { AdvectError, type ErrorCode } from '@advect/base/errors';

const known: Readonly<Record<string, readonly [ErrorCode, string, string]>> = {
  ENOENT: ['not-found', 'does not exist', 'Check the path.'],
  ENOTDIR: ['not-found', 'is not inside a folder', 'Check the path.'],
  EISDIR: ['invalid-file', 'is a folder where a file belongs', 'Give a file.'],
  EEXIST: ['invalid-file', 'exists already', 'Give another name, or --force to replace it.'],
  ENOTEMPTY: ['invalid-file', 'exists already', 'Give another name, or --force to replace it.'],
  EACCES: ['invalid-file', 'may not be opened by this user', 'Change its permissions, or give another path.'],
  EPERM: ['invalid-file', 'may not be changed by this user', 'Change its permissions, or give another path.'],
  EROFS: ['invalid-file', 'is on a disk that cannot be written', 'Give a path on another disk.'],
  ENOSPC: ['invalid-file', 'does not fit on the disk', 'Free some space, or give a path on another disk.'],
  EDQUOT: ['invalid-file', 'does not fit into what this user may store', 'Free some space, or give a path on another disk.'],
  EFBIG: ['invalid-file', 'is larger than a file may be here', 'Raise the limit (ulimit -f), or give a path on another disk.'],
  EIO: ['invalid-file', 'cannot be read or written: the disk reports an error', 'Check the disk.'],
  EMFILE: ['invalid-file', 'cannot be opened: too many files are open', 'Raise the limit (ulimit -n).'],
  ENAMETOOLONG: ['invalid-option', 'is too long a name', 'Give a shorter one.'],
};

/**
 * The error of a file operation in words, or undefined when the error is not one. `path` is used where the error names
 * none, or the `temporary` file (or what is in the temporary folder) of a write, which nobody knows.
 */
export function fromSystemError(thrown: unknown, path: string, temporary?: string): AdvectError | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string' || !('syscall' in thrown)) return undefined;
  const own = 'path' in thrown && typeof thrown.path === 'string' ? thrown.path : path;
  const named = temporary !== undefined && (own === temporary || own.startsWith(`${temporary}/`)) ? path : own;
  const [code, what, hint] = known[thrown.code] ?? ['invalid-file', `cannot be used (${thrown.code})`, 'Check the path and the disk.'];
  return new AdvectError(code, `'${named}' ${what}`, hint, thrown);
}
