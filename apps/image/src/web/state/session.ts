import {
  type Announcer,
  announcer,
  createTroubles,
  type EngineChoice,
  type EngineStatus,
  type ModelSource,
  type OfflineState,
  type Received,
  type Shortcuts,
  type Trouble,
  type Troubles,
} from '@advect/web';
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { pictureDim } from '../../data/picture-set.js';
import type { Label } from '../../model/label.js';
import { byError, errorChooses, type SolverChoice } from '../../model/solver.js';
import { openStudio, type Studio } from '../studio.js';
import type { ModelFacts, Wall, WallFrame, WallRequest } from '../studio-verbs.js';
import { knownLabels } from './known-labels.js';
import type { Settings } from './settings.js';

/** A wall that hangs, with what was asked for: settings that were changed since belong to the next one. */
export interface HungWall extends Wall {
  readonly request: WallRequest;
}

/** The state of the page, which its parts and the panels share. */
export interface Session extends Troubles {
  readonly studio: Studio;
  readonly settings: Signal<Settings>;
  /** Changes some settings. */
  change(part: Partial<Settings>): void;
  readonly model: ReadonlySignal<ModelFacts | undefined>;
  readonly opening: ReadonlySignal<Received | undefined>;
  /**
   * Opens a model, with these settings or, without them, as the model says; ends an opening that still runs. The page stays with
   * the model and the settings it has where that fails.
   */
  open(source: ModelSource, name: string | undefined, wanted?: Settings): Promise<void>;
  /** Labels of the wall's items. */
  readonly labels: ReadonlySignal<readonly Label[]>;
  /** In use: as set, or as the model says. */
  readonly solver: ReadonlySignal<SolverChoice>;
  /** The same for densities and for ways between given pictures: equal steps are the wall's alone. */
  readonly measuring: ReadonlySignal<SolverChoice>;
  readonly guidance: ReadonlySignal<number>;
  readonly temperature: ReadonlySignal<number>;
  readonly wall: ReadonlySignal<HungWall | undefined>;
  /** While the wall forms. */
  readonly forming: ReadonlySignal<WallFrame | undefined>;
  readonly busy: ReadonlySignal<boolean>;
  /** What the pictures in sight are: those of the wall, until the next ones form. */
  readonly inSight: ReadonlySignal<Pick<WallRequest, 'seed' | 'items' | 'labels'>>;
  /** Makes the wall as the settings say, at once. */
  generate(): Promise<void>;
  /** The same in a moment, once for all changes until then. */
  generateSoon(): void;
  /** Lets another engine compute, and makes the wall anew. */
  useEngine(name: EngineChoice): Promise<void>;
  cancel(): void;
  /** The time of the wall while it runs by itself. */
  readonly running: Signal<number | undefined>;
  /** The time that the wall shows. */
  readonly time: ReadonlySignal<number>;
  /** Place on the wall of the picture that is looked at. */
  readonly chosen: Signal<number>;
  /** The chosen picture's levels at t = 1, [size, size, channels]; undefined while there is none. */
  readonly picture: ReadonlySignal<Uint8Array | undefined>;
  readonly engine: ReadonlySignal<EngineStatus | undefined>;
  readonly offline: Signal<OfflineState>;
  readonly announcer: Announcer;
  readonly keys: Shortcuts;
}

/** Times of the wall that are kept. */
const frames = 33;

/** Milliseconds in which several changes count as one. */
const moment = 120;

export function createSession(first: Settings, keys: Shortcuts): Session {
  const settings = signal(first);
  const model = signal<ModelFacts | undefined>(undefined);
  const opening = signal<Received | undefined>(undefined);
  const wall = signal<HungWall | undefined>(undefined);
  const forming = signal<WallFrame | undefined>(undefined);
  const busy = signal(false);
  const chosen = signal(0);
  const engine = signal<EngineStatus | undefined>(undefined);
  const voice = announcer();
  const { trouble, report } = createTroubles(voice);
  const studio = openStudio(first.engine, (status) => (engine.value = status));
  const running = signal<number | undefined>(undefined);
  let solving: AbortController | undefined;
  let fetching: AbortController | undefined;
  let ofWall: Trouble | undefined;
  let soon: ReturnType<typeof setTimeout> | undefined;

  const labels = computed((): readonly Label[] => {
    const { items } = settings.value;
    const classes = model.value?.form.classes.length ?? 0;
    const given = knownLabels(settings.value.labels, classes);
    const series: readonly Label[] = given.length > 0 ? given : classes > 0 ? Array.from({ length: classes }, (_, i) => i) : [-1];
    return items.map((item) => series[item % series.length]);
  });
  const solver = computed((): SolverChoice => settings.value.solver ?? model.value?.solver ?? byError);
  const measuring = computed((): SolverChoice => errorChooses(settings.value.solver));
  const guidance = computed((): number => settings.value.guidance ?? model.value?.guidance ?? 1);
  const temperature = computed((): number => settings.value.temperature ?? model.value?.temperature ?? 1);
  const inSight = computed((): Pick<WallRequest, 'seed' | 'items' | 'labels'> => {
    const hung = forming.value ? undefined : wall.value?.request;
    return hung ?? { seed: settings.value.seed, items: settings.value.items, labels: labels.value };
  });
  const picture = computed((): Uint8Array | undefined => {
    if (!model.value || !wall.value) return undefined;
    const dim = pictureDim(model.value.form);
    const { frames: all, times } = wall.value;
    const count = all.length / dim / times.length;
    const from = ((times.length - 1) * count + chosen.value) * dim;
    return chosen.value < count ? all.subarray(from, from + dim) : undefined;
  });

  async function generate(): Promise<void> {
    if (!model.value) return;
    solving?.abort();
    clearTimeout(soon);
    soon = undefined;
    const mine = new AbortController();
    solving = mine;
    busy.value = true;
    const { seed, items } = settings.value;
    const request: WallRequest = {
      seed,
      items,
      labels: labels.value,
      solver: solver.value,
      temperature: temperature.value,
      guidance: guidance.value,
      frames,
    };
    try {
      const made = await studio.call('wall', request, {
        signal: mine.signal,
        onProgress: (frame) => (forming.value = frame),
      });
      batch(() => {
        wall.value = { ...made, request };
        forming.value = undefined;
        if (trouble.value === ofWall) trouble.value = undefined;
      });
      voice.say(`${items.length} pictures, seed ${seed}, ${made.effort.evaluations} evaluations.`);
    } catch (thrown) {
      const before = trouble.peek();
      report(thrown);
      if (trouble.peek() !== before) ofWall = trouble.peek();
    } finally {
      if (solving === mine) {
        solving = undefined;
        batch(() => {
          busy.value = soon !== undefined;
          forming.value = undefined;
        });
      }
    }
  }

  return {
    studio,
    settings,
    change: (part) => (settings.value = { ...settings.value, ...part }),
    model,
    opening,
    async open(source, name, wanted) {
      fetching?.abort();
      const mine = new AbortController();
      fetching = mine;
      try {
        const facts = await studio.call('open', source, {
          signal: mine.signal,
          onProgress: (received) => (opening.value = received),
        });
        solving?.abort();
        const same = facts.form.classes.length === model.value?.form.classes.length;
        batch(() => {
          wall.value = undefined;
          forming.value = undefined;
          if (model.value || !wanted) trouble.value = undefined;
          const now = settings.value;
          const asModelSays = { model: name, solver: undefined, guidance: undefined, temperature: undefined };
          if (!wanted) settings.value = { ...now, ...asModelSays, ...(!same && { labels: [] }) };
          else if (wanted.model !== now.model) settings.value = wanted;
          model.value = facts;
          opening.value = undefined;
        });
        await generate();
      } catch (thrown) {
        report(thrown);
      } finally {
        if (fetching === mine) opening.value = undefined;
      }
    },
    labels,
    solver,
    measuring,
    guidance,
    temperature,
    wall,
    forming,
    busy,
    inSight,
    generate,
    generateSoon() {
      busy.value = true;
      clearTimeout(soon);
      soon = setTimeout(() => void generate(), moment);
    },
    async useEngine(wanted) {
      busy.value = true;
      try {
        await studio.call('engine', { wanted });
        await generate();
      } catch (thrown) {
        busy.value = false;
        report(thrown);
      }
    },
    cancel() {
      if (!solving && soon === undefined) return;
      clearTimeout(soon);
      soon = undefined;
      solving?.abort();
      if (!solving) busy.value = false;
      const hung = wall.peek()?.request;
      voice.say(hung ? `Stopped. The wall is still that of seed ${hung.seed}.` : 'Stopped.');
    },
    running,
    time: computed(() => running.value ?? settings.value.time),
    chosen,
    picture,
    engine,
    offline: signal<OfflineState>('loading'),
    trouble,
    report,
    announcer: voice,
    keys,
  };
}
