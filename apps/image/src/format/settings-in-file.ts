import { AdvectError } from '@advect/base/errors';
import { exifBlock, exifTexts } from './exif.js';
import { insertComment, readGif } from './gif-comment.js';
import { insertJpegExif, jpegExif } from './jpeg-exif.js';
import { appendMp4Comment, avifExif, mp4Comment } from './media-boxes.js';
import { fileKind } from './picture-kind.js';
import { kindInWords } from './readable-kind.js';
import { parametersLine, parseSettings, type PictureSettings, settingsJson } from './picture-settings.js';
import { insertText, type PngText, readText } from './png-text.js';
import { appendWebmComment, webmComment } from './webm-comment.js';
import { insertWebpExif, webpExif } from './webp-exif.js';

const keyword = 'advect';

/** The EXIF block that says how a picture was made: the settings as JSON in its description. */
export const settingsExif = (settings: PictureSettings): Uint8Array =>
  exifBlock({ description: settingsJson(settings), software: software(settings) });

const software = ({ app, version }: PictureSettings): string => `${app} ${version}`;

const texts = (settings: PictureSettings): PngText[] => [
  { keyword, text: settingsJson(settings) },
  { keyword: 'Software', text: software(settings), plain: true },
  { keyword: 'parameters', text: parametersLine(settings), plain: true },
];

/**
 * A PNG, JPEG, WebP, GIF, MP4 or WebM file with the settings that made it put in; the pictures in it stay as they are to the last bit.
 * Throws `unsupported` for another kind.
 */
export function withSettings(file: Uint8Array, settings: PictureSettings): Uint8Array {
  const kind = fileKind(file);
  switch (kind) {
    case 'png':
      return insertText(file, texts(settings));
    case 'gif':
      return insertComment(file, settingsJson(settings));
    case 'jpeg':
      return insertJpegExif(file, settingsExif(settings));
    case 'webp':
      return insertWebpExif(file, settingsExif(settings));
    case 'mp4':
      return appendMp4Comment(file, settingsJson(settings));
    case 'webm':
      return appendWebmComment(file, settingsJson(settings));
    default:
      throw new AdvectError(
        'unsupported',
        `settings cannot be put into a file that is ${kind ?? 'no picture'}`,
        'Give a PNG, JPEG, WebP, GIF, MP4 or WebM file.',
      );
  }
}

/**
 * The settings that a PNG, JPEG, WebP, GIF, AVIF, MP4 or WebM file says it was made with. Throws `not-found` where it says nothing,
 * `invalid-file` where that cannot be used or the file is of no such kind.
 */
export async function readSettings(file: Uint8Array, name: string): Promise<PictureSettings> {
  const json = await settingsText(file, name);
  if (json === undefined) {
    throw new AdvectError(
      'not-found',
      `'${name}' does not say how it was made`,
      'Only files of this app do, and only as long as no other program has saved them anew.',
    );
  }
  return parseSettings(json, name);
}

async function settingsText(file: Uint8Array, name: string): Promise<string | undefined> {
  switch (fileKind(file)) {
    case 'png':
      return (await readText(file, name)).find((entry) => entry.keyword === keyword)?.text;
    case 'gif':
      return readGif(file, name).comments.find(isRecord);
    case 'jpeg':
      return inExif(jpegExif(file));
    case 'webp':
      return inExif(webpExif(file));
    case 'avif':
      return inExif(avifExif(file));
    case 'mp4':
      return [mp4Comment(file)].find(isRecord);
    case 'webm':
      return [webmComment(file)].find(isRecord);
    case undefined:
      throw new AdvectError(
        'invalid-file',
        `'${name}' is ${kindInWords(file) ?? 'no picture of a kind that carries settings'}`,
        'Give a PNG, JPEG, WebP, GIF, AVIF, MP4 or WebM file of this app.',
      );
  }
}

const inExif = (block: Uint8Array | undefined): string | undefined => (block ? [exifTexts(block).description].find(isRecord) : undefined);

/** Other programs write there too. */
const isRecord = (text: string | undefined): text is string => text?.startsWith('{"v":') ?? false;
