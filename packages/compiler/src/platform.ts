/** Whether this is Node: its threads, files and environment variables are there. */
export const inNode = (): boolean => typeof process !== 'undefined' && typeof process.versions?.node === 'string';

/** An environment variable; undefined in a browser, and where it is empty. */
export const environment = (name: string): string | undefined => (inNode() ? process.env[name] || undefined : undefined);

/** Whether this is Node on a processor of the x86-64 family. */
export const onX64 = (): boolean => inNode() && process.arch === 'x64';
