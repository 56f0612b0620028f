import { download, panelJob } from '@advect/web';
import { withSettings } from '../../../format/settings-in-file.js';
import type { PictureSettings } from '../../../format/picture-settings.js';
import type { Session } from '../../state/session.js';
import { useMemo } from 'preact/hooks';
import { backAndForth, type Film } from './film.js';
import { gifOf } from './gif.js';
import { webpOf } from './webp.js';
import { videoOf, type VideoKind, writesVideo } from './video.js';

interface Props {
  readonly session: Session;
  /** What to save, made when it is asked for. */
  readonly film: () => Film | undefined;
  readonly name: string;
  readonly settings: () => PictureSettings;
  readonly disabled?: boolean;
}

/** Saves a film as GIF, there and back, or as a video where the browser records one. */
export function FilmButtons({ session, film, name, settings, disabled }: Props) {
  const job = useMemo(() => panelJob(session), []);
  const saveGif = (made: Film): Promise<void> =>
    job.start(async () => {
      await new Promise((resolve) => setTimeout(resolve));
      const bytes = withSettings(gifOf(backAndForth(made)), settings());
      download(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/gif' }), `${name}.gif`);
      session.announcer.say('The GIF is saved.');
    });
  const saveWebp = (made: Film): Promise<void> =>
    job.start(async (signal) => {
      const whole = backAndForth(made);
      const bytes = withSettings(await webpOf(whole, signal, (done) => (job.share.value = done / whole.count)), settings());
      download(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/webp' }), `${name}.webp`);
      session.announcer.say('The WebP is saved.');
    });
  const saveVideo = (made: Film, kind: VideoKind): Promise<void> =>
    job.start(async (signal) => {
      const blob = await videoOf(made, kind, signal, (done) => (job.share.value = done / made.count));
      const bytes = withSettings(new Uint8Array(await blob.arrayBuffer()), settings());
      download(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: blob.type }), `${name}.${kind}`);
      session.announcer.say('The video is saved.');
    });
  const take = (what: (made: Film) => Promise<void>): void => {
    const made = film();
    if (made) void what(made);
  };
  return (
    <div class="row save">
      <button type="button" disabled={disabled || job.busy.value} onClick={() => take(saveGif)}>
        Save as GIF
      </button>
      <button type="button" disabled={disabled || job.busy.value} onClick={() => take(saveWebp)}>
        WebP
      </button>
      {(['webm', 'mp4'] as const).filter(writesVideo).map((kind) => (
        <button key={kind} type="button" disabled={disabled || job.busy.value} onClick={() => take((made) => saveVideo(made, kind))}>
          {kind === 'webm' ? 'WebM' : 'MP4'}
        </button>
      ))}
      {job.busy.value && <progress max={1} {...(job.share.value > 0 && { value: job.share.value })} aria-label="Saving" />}
    </div>
  );
}
