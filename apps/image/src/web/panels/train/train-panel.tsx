import { Curves, download, type Panel, panelJob } from '@advect/web';
import { batch, signal } from '@preact/signals';
import { zipSync } from 'fflate';
import { useEffect } from 'preact/hooks';
import { pictureDim, type PictureForm } from '../../../data/picture-set.js';
import type { Session } from '../../state/session.js';
import { openStudio, type Studio } from '../../studio.js';
import { frameOf } from '../save/film.js';
import { Shown } from '../ui/shown.js';
import { fewest, lessonOf } from './lesson.js';
import { LessonForm } from './lesson-form.js';
import { material as createMaterial } from './material.js';
import { keepTraining, keptTraining, type KeptTraining } from './store.js';
import type { Checkpoint, Lesson, Trained, TrainingProgress } from './verbs.js';

const seed = 0;

/** A small model of one's own pictures, trained in a worker beside the one that makes pictures. */
export function trainPanel(session: Session): Panel {
  const { settings, announcer } = session;
  const job = panelJob(session, { onEscape: () => stop() });
  const material = createMaterial();
  const minutes = signal(3);
  const progress = signal<TrainingProgress | undefined>(undefined);
  const trained = signal<{ readonly lesson: Lesson; readonly result: Trained } | undefined>(undefined);
  const kept = signal<KeptTraining | undefined>(undefined);
  const stopping = signal(false);
  const running = signal<Lesson | undefined>(undefined);
  let studio: Studio | undefined;
  let asked = false;

  const keep = (lesson: Lesson, checkpoint: Checkpoint): void => {
    kept.value = { lesson, seed, checkpoint };
    // Where the browser keeps nothing, the training goes on as long as the page is open.
    keepTraining(kept.value).catch(() => undefined);
  };

  const run = (lesson: Lesson, resume?: Checkpoint): Promise<void> =>
    job.start(async (abort) => {
      batch(() => ([trained.value, stopping.value, running.value] = [undefined, false, lesson]));
      studio ??= openStudio(settings.value.engine, () => undefined);
      const result = await studio.call(
        'train',
        { ...lesson, seed, minutes: minutes.value, ...(resume && { resume }) },
        {
          signal: abort,
          onProgress: (now) => {
            progress.value = now;
            job.share.value = now.seconds / (60 * minutes.value);
            if (now.checkpoint) keep(lesson, now.checkpoint);
          },
        },
      );
      batch(() => {
        trained.value = { lesson, result };
        stopping.value = false;
      });
      keep(lesson, result.checkpoint);
      announcer.say(`Training has ended after ${result.step} updates; the model is ready.`);
    });
  const start = (): void => {
    const lesson = lessonOf(material.pictures.value, {
      name: material.name.value || 'my-pictures',
      form: material.form.value,
      mirror: material.mirror.value,
    });
    progress.value = undefined;
    void run(lesson);
  };
  const stop = (): void => {
    stopping.value = true;
    void studio?.call('stop', undefined).catch(session.report);
  };
  const useIt = async ({ result }: { readonly result: Trained }): Promise<void> => {
    const files = [...result.files].map(([name, bytes]) => new File([bytes as Uint8Array<ArrayBuffer>], name));
    await session.open({ files }, undefined);
    scrollTo({ top: 0 });
  };
  const save = ({ lesson, result }: { readonly lesson: Lesson; readonly result: Trained }): void => {
    const zip = zipSync(Object.fromEntries([...result.files].map(([name, bytes]) => [`${lesson.name}/${name}`, bytes])), { level: 6 });
    download(new Blob([zip], { type: 'application/zip' }), `${lesson.name}.zip`);
  };

  function View() {
    useEffect(() => {
      if (asked) return;
      asked = true;
      void keptTraining().then((found) => (kept.value ??= found));
    }, []);
    const busy = job.busy.value;
    const count = material.pictures.value.length;
    const done = trained.value;
    const goOn = kept.value;
    return (
      <div class="columns">
        <div class="column">
          <LessonForm material={material} minutes={minutes} disabled={busy} session={session} />
          <div class="row">
            {busy ? (
              <>
                <button type="button" class="main" disabled={stopping.value} onClick={stop}>
                  {stopping.value ? 'Finishing' : 'Stop and keep it'}
                </button>
                <progress max={1} value={Math.min(1, job.share.value)} aria-label="Training" />
              </>
            ) : (
              <>
                <button type="button" class="main" disabled={count < fewest} onClick={start}>
                  Train
                </button>
                {goOn && (
                  <button type="button" onClick={() => void run(goOn.lesson, goOn.checkpoint)}>
                    Go on with {goOn.lesson.name}
                  </button>
                )}
              </>
            )}
          </div>
          <p class="hint">
            {count > 0 && count < fewest
              ? `${count} are too few: give ${fewest} or more. `
              : 'Stopping is safe: what was learned stays, in this browser alone, and goes on from there. '}
            From forty pictures a model learns much by heart: where the line of those kept apart turns up, it begins to copy.
          </p>
        </div>
        <div class="column" aria-busy={busy}>
          {!progress.value && (
            <ol class="steps">
              <li>Choose forty pictures or so of one kind, such as drawings or icons. Each is cut square and made small.</li>
              <li>Train for three minutes. The curves and the first pictures appear here while it learns.</li>
              <li>Use the model at once in every other panel, or save it for later and for the command line.</li>
            </ol>
          )}
          {progress.value && running.value && <Watching now={progress.value} form={running.value.form} />}
          {done && (
            <>
              <p>
                <strong>{done.lesson.name}</strong> is ready after {done.result.step} updates
                {Number.isFinite(done.result.heldBitsPerDim) &&
                  `: ${done.result.heldBitsPerDim.toFixed(2)} bits/dim on the pictures kept apart`}
                .
              </p>
              <div class="row">
                <button type="button" class="main" onClick={() => void useIt(done)}>
                  Use it now
                </button>
                <button type="button" onClick={() => save(done)}>
                  Save the model
                </button>
              </div>
            </>
          )}
        </div>
      </div>
    );
  }

  return {
    id: 'train',
    title: 'Train',
    about: 'A small model of your own pictures, trained in this browser. Nothing is sent anywhere.',
    View,
  };
}

interface WatchingProps {
  readonly now: TrainingProgress;
  readonly form: PictureForm;
}

/** The curves, and what the model makes by now. */
function Watching({ now, form }: WatchingProps) {
  const dim = pictureDim(form);
  const count = now.samples.length / dim;
  return (
    <>
      <p class="live-line">
        <output>{now.step}</output> updates, <output>{Math.round(now.seconds)}</output> s
      </p>
      <Curves curve={now.curve} of="pictures" />
      {Number.isInteger(count) && count > 0 && (
        <ul class="early" aria-label="What the model makes by now">
          {Array.from({ length: count }, (_, i) => (
            <li key={i}>
              <Shown levels={frameOf({ frames: now.samples, count }, i)} form={form} alt={`Early picture ${i + 1}`} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
