import { panelJob, type PanelJob } from '@advect/web';
import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { saveFile } from '../../state/save-file.js';
import type { Session } from '../../state/session.js';
import { openStudio, type Studio } from '../../studio.js';
import { modelZip } from './model-zip.js';
import { forgetModel, keepModel, keepTraining, type KeptModel, keptModels, keptTraining, type KeptTraining } from './store.js';
import type { Checkpoint, Forebear, Lesson, Trained, TrainingProgress } from './verbs.js';

const seed = 0;

/** What a training has come to, and from what. */
export interface Outcome {
  readonly lesson: Lesson;
  readonly result: Trained;
}

/** Training in a worker of its own, what it has come to, and what this browser keeps of it. */
export interface Training {
  readonly job: PanelJob;
  readonly minutes: Signal<number>;
  /** Whether a new training goes on from the model that is open. */
  readonly further: Signal<boolean>;
  readonly progress: ReadonlySignal<TrainingProgress | undefined>;
  readonly outcome: ReadonlySignal<Outcome | undefined>;
  /** A training that can go on. */
  readonly paused: ReadonlySignal<KeptTraining | undefined>;
  readonly pausing: ReadonlySignal<boolean>;
  readonly models: ReadonlySignal<readonly KeptModel[]>;
  start(lesson: Lesson): Promise<void>;
  pause(): void;
  goOn(training: KeptTraining): Promise<void>;
  /** Ends what runs; what it has learned since it was last paused is lost. */
  cancel(): void;
  /** Looks up what this browser keeps. */
  recall(): Promise<void>;
  keep(outcome: Outcome): Promise<void>;
  forget(model: KeptModel): Promise<void>;
  /** As a file of the visitor's own. */
  save(model: Pick<KeptModel, 'name' | 'files'>): void;
  /** Opens a model on the desk. */
  use(model: Pick<KeptModel, 'files'>): Promise<void>;
}

export function createTraining(session: Session): Training {
  const { settings, announcer, report } = session;
  const job = panelJob(session, { onEscape: () => pause() });
  const [minutes, further, pausing] = [signal(3), signal(true), signal(false)];
  const progress = signal<TrainingProgress | undefined>(undefined);
  const outcome = signal<Outcome | undefined>(undefined);
  const paused = signal<KeptTraining | undefined>(undefined);
  const models = signal<readonly KeptModel[]>([]);
  let studio: Studio | undefined;

  function remember(lesson: Lesson, from: Forebear | undefined, checkpoint: Checkpoint): void {
    paused.value = { lesson, from, seed, checkpoint };
    // Where the browser keeps nothing, the training can go on as long as the page is open.
    keepTraining(paused.value).catch(() => undefined);
  }

  const run = (lesson: Lesson, forebear: () => Promise<Forebear | undefined>, resume?: Checkpoint): Promise<void> =>
    job.start(async (abort) => {
      batch(() => ([outcome.value, pausing.value] = [undefined, false]));
      const from = await forebear();
      studio ??= openStudio(settings.value.engine, () => undefined);
      const request = { lesson, from, seed, minutes: minutes.value, resume };
      const onProgress = (now: TrainingProgress): void => {
        progress.value = now;
        job.share.value = now.seconds / (60 * minutes.value);
        if (now.checkpoint) remember(lesson, from, now.checkpoint);
      };
      const result = await studio.call('train', request, { signal: abort, onProgress });
      batch(() => {
        outcome.value = { lesson, result };
        pausing.value = false;
      });
      remember(lesson, from, result.checkpoint);
      announcer.say(`Training has paused after ${result.step} updates; the model is ready.`);
    });

  const pause = (): void => {
    pausing.value = true;
    void studio?.call('pauseTraining', undefined).catch(report);
  };
  const asFiles = ({ files }: Pick<KeptModel, 'files'>): File[] =>
    [...files].map(([name, bytes]) => new File([bytes as Uint8Array<ArrayBuffer>], name));

  return {
    job,
    minutes,
    further,
    progress,
    outcome,
    paused,
    pausing,
    models,
    start(lesson) {
      progress.value = undefined;
      const fromOpen = further.value && session.model.value !== undefined;
      return run(lesson, () => (fromOpen ? session.studio.call('openModelFiles', undefined) : Promise.resolve(undefined)));
    },
    pause,
    goOn: ({ lesson, from, checkpoint }) => run(lesson, () => Promise.resolve(from), checkpoint),
    cancel() {
      job.cancel();
      batch(() => ([progress.value, pausing.value] = [undefined, false]));
    },
    async recall() {
      const [training, kept] = await Promise.all([keptTraining(), keptModels()]);
      batch(() => {
        paused.value ??= training;
        models.value = kept;
      });
    },
    async keep({ lesson: { name }, result: { files, step, heldLoss } }) {
      try {
        await keepModel({ name, files, step, heldLoss });
        models.value = await keptModels();
        announcer.say(`${name} is kept in this browser.`);
      } catch (thrown) {
        report(thrown);
      }
    },
    async forget(model) {
      try {
        await forgetModel(model);
        models.value = await keptModels();
      } catch (thrown) {
        report(thrown);
      }
    },
    save: (model) => saveFile(announcer, `${model.name}.zip`, modelZip(model)),
    async use(model) {
      await session.open({ files: asFiles(model) }, undefined);
      scrollTo({ top: 0 });
    },
  };
}
