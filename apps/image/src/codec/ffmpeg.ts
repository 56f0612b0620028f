import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { settingsJson } from '../format/picture-settings.js';
import type { Picture } from '../layout/picture.js';
import type { EncodeSettings } from './encode.js';
import type { Animation } from './encode-animation.js';

/**
 * Moving pictures as an MP4 (H.264), by the ffmpeg that is on the path; settings stand in its comment. Odd sides get a dark
 * line more, which the format asks for. Throws `unsupported` where there is no ffmpeg or it fails.
 */
export async function encodeMp4({ frames, delays }: Animation, { settings, quality }: EncodeSettings): Promise<Uint8Array> {
  const tick = delays.reduce(greatestCommonDivisor);
  const [{ width, height }] = frames.map(evenSided);
  const folder = await mkdtemp(join(tmpdir(), 'advect-mp4-'));
  const path = join(folder, 'film.mp4');
  try {
    const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', `1000/${tick}`, '-i', 'pipe:0'];
    const exact = ['-fflags', '+bitexact', '-flags:v', '+bitexact', '-threads', '1'];
    const video = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', String(crfOf(quality)), '-movflags', '+faststart'];
    const comment = settings ? ['-metadata', `comment=${settingsJson(settings)}`] : [];
    const shown = frames.flatMap((frame, i) => Array<Uint8Array>(delays[i] / tick).fill(evenSided(frame).data));
    await ffmpeg(['-v', 'error', '-y', ...input, '-an', ...video, ...exact, ...comment, path], shown);
    return new Uint8Array(await readFile(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Throws `unsupported` where there is no ffmpeg: before the work, which may be long. */
export const requireFfmpeg = (): Promise<void> => ffmpeg(['-version'], []);

/** H.264's scale runs the other way, from 51 down to 0; 90 of 100 is 12, where no loss is seen. */
const crfOf = (quality = 90): number => Math.round((51 * (100 - quality)) / 100 + 7 * (quality / 90));

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** The picture in colour, with one line of its paper more where a side is odd. */
function evenSided({ width, height, channels, data }: Picture): Picture {
  const [wide, high] = [width + (width % 2), height + (height % 2)];
  const even = new Uint8Array(wide * high * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) even[3 * (y * wide + x) + c] = data[(y * width + x) * channels + (channels === 1 ? 0 : c)];
    }
  }
  return { width: wide, height: high, channels: 3, data: even };
}

function ffmpeg(args: readonly string[], input: readonly Uint8Array[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    child.on('error', (cause: NodeJS.ErrnoException) => reject(cause.code === 'ENOENT' ? missing(cause) : failed(cause.message, cause)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(failed(said.trim().split('\n').at(-1) ?? `exit code ${code}`))));
    child.stdin.on('error', () => {});
    for (const part of input) child.stdin.write(part);
    child.stdin.end();
  });
}

const missing = (cause: unknown): AdvectError =>
  new AdvectError(
    'unsupported',
    'an MP4 is written by ffmpeg, which is not on the path',
    'Install ffmpeg, or write an animated WebP or GIF: --format webp.',
    cause,
  );

const failed = (reason: string, cause?: unknown): AdvectError =>
  new AdvectError('unsupported', `ffmpeg could not write the MP4: ${reason}`, 'Write an animated WebP or GIF: --format webp.', cause);
