import { type Announcer, download } from '@advect/web';

/** Types of the files that the page saves, by their endings. */
const types = {
  mid: 'audio/midi',
  wav: 'audio/wav',
  musicxml: 'application/vnd.recordare.musicxml+xml',
  abc: 'text/vnd.abc',
  svg: 'image/svg+xml',
  zip: 'application/zip',
} as const;

/** Offers a file of the visitor's own, and says so. */
export function saveFile(announcer: Announcer, name: `${string}.${keyof typeof types}`, content: Uint8Array | string): void {
  const type = types[name.slice(name.lastIndexOf('.') + 1) as keyof typeof types];
  download(new Blob([content as Uint8Array<ArrayBuffer> | string], { type }), name);
  announcer.say(`${name} is saved.`);
}
