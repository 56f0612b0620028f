import { AdvectError } from '@advect/base/errors';
import { enlarged, type Film, frameOf, scaleFor } from './film.js';

/** Kinds of video a browser may write. */
const kinds = { webm: ['video/webm;codecs=vp9', 'video/webm'], mp4: ['video/mp4;codecs=avc1.42E01E', 'video/mp4'] } as const;
export type VideoKind = keyof typeof kinds;

const typeOf = (kind: VideoKind): string | undefined =>
  typeof MediaRecorder === 'undefined' ? undefined : kinds[kind].find((type) => MediaRecorder.isTypeSupported(type));

/** Whether this browser writes videos of a kind. */
export const writesVideo = (kind: VideoKind): boolean => typeOf(kind) !== undefined;

/** A film as a video, recorded as it is shown: it takes as long as it lasts. Throws `unsupported` where the browser writes none. */
export async function videoOf(film: Film, kind: VideoKind, signal: AbortSignal, onFrame: (done: number) => void): Promise<Blob> {
  const type = typeOf(kind);
  if (!type) throw new AdvectError('unsupported', `this browser records no ${kind}`, 'Save as GIF, which every browser can.');
  const scale = scaleFor(film.form.size);
  const side = film.form.size * scale;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [side, side];
  const context = canvas.getContext('2d')!;
  const stream = canvas.captureStream(0);
  const [track] = stream.getVideoTracks() as CanvasCaptureMediaStreamTrack[];
  const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 4_000_000 });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  for (let i = 0; i < film.count && !signal.aborted; i++) {
    context.putImageData(new ImageData(enlarged(frameOf(film, i), film.form, scale), side), 0, 0);
    track.requestFrame();
    onFrame(i + 1);
    await new Promise((resolve) => setTimeout(resolve, i === film.count - 1 ? film.hold : film.delay));
  }
  recorder.stop();
  await ended;
  track.stop();
  if (signal.aborted) throw new AdvectError('aborted', 'the recording was stopped', 'Start it again.', signal.reason);
  return new Blob(parts, { type: type.split(';')[0] });
}
