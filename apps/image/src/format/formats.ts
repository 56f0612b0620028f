import type { FileKind } from './picture-kind.js';

/** Formats of one picture. */
export const stillFormats = ['png', 'webp', 'jpeg', 'avif'] as const;
export type StillFormat = (typeof stillFormats)[number];

/** Formats of moving pictures. */
export const movingFormats = ['gif', 'webp', 'mp4'] as const;
export type MovingFormat = (typeof movingFormats)[number];

/** How each format's files end, the usual ending first. */
const endings: Readonly<Record<FileKind, readonly string[]>> = {
  png: ['png'],
  webp: ['webp'],
  jpeg: ['jpg', 'jpeg'],
  avif: ['avif'],
  gif: ['gif'],
  mp4: ['mp4'],
  webm: ['webm'],
};

/** How a format's files end, such as `jpg`. */
export const endingOf = (format: FileKind): string => endings[format][0];

/** The format that a file's name says, if it says one. */
export function formatOf(path: string): FileKind | undefined {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1].toLowerCase() ?? '';
  return (Object.keys(endings) as FileKind[]).find((format) => endings[format].includes(ending));
}
