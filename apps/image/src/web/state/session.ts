import { type Announcer, announcer, type EngineStatus, type OfflineState, type Shortcuts } from '@advect/web';
import { AdvectError } from '@advect/base/errors';
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { pictureDim } from '../../data/picture-set.js';
import type { Label } from '../../model/label.js';
import type { SolverChoice } from '../../model/solver.js';
import { openStudio, type Studio } from '../studio.js';
import type { ModelFacts, ModelSource, Received, Wall, WallFrame } from '../studio-verbs.js';
import type { Settings } from './settings.js';

/** What went wrong, as the page shows it. */
export interface Trouble {
  readonly message: string;
  readonly hint: string;
}

/** The state of the page, which its parts and the panels share. */
export interface Session {
  readonly studio: Studio;
  readonly settings: Signal<Settings>;
  /** Changes some settings. */
  change(part: Partial<Settings>): void;
  readonly model: ReadonlySignal<ModelFacts | undefined>;
  readonly opening: ReadonlySignal<Received | undefined>;
  /** Opens a model; the page stays with the one it has where that fails. */
  open(source: ModelSource, name: string | undefined): Promise<void>;
  /** Labels of the wall's items. */
  readonly labels: ReadonlySignal<readonly Label[]>;
  /** The solver in use: as set, or as the model says. */
  readonly solver: ReadonlySignal<SolverChoice>;
  readonly wall: ReadonlySignal<Wall | undefined>;
  /** While the wall forms. */
  readonly forming: ReadonlySignal<WallFrame | undefined>;
  readonly busy: ReadonlySignal<boolean>;
  /** Makes the wall as the settings say. */
  generate(): Promise<void>;
  cancel(): void;
  /** Place on the wall of the picture that is looked at. */
  readonly chosen: Signal<number>;
  /** The chosen picture's levels at t = 1, [size, size, channels]; undefined while there is none. */
  readonly picture: ReadonlySignal<Uint8Array | undefined>;
  readonly engine: ReadonlySignal<EngineStatus | undefined>;
  readonly offline: Signal<OfflineState>;
  readonly trouble: Signal<Trouble | undefined>;
  /** Shows an error, unless it is that of a cancelled call. */
  report(thrown: unknown): void;
  readonly announcer: Announcer;
  readonly keys: Shortcuts;
}

/** Times of the wall that are kept. */
const frames = 33;

export function createSession(first: Settings, keys: Shortcuts): Session {
  const settings = signal(first);
  const model = signal<ModelFacts | undefined>(undefined);
  const opening = signal<Received | undefined>(undefined);
  const wall = signal<Wall | undefined>(undefined);
  const forming = signal<WallFrame | undefined>(undefined);
  const busy = signal(false);
  const chosen = signal(0);
  const engine = signal<EngineStatus | undefined>(undefined);
  const trouble = signal<Trouble | undefined>(undefined);
  const voice = announcer();
  const studio = openStudio(first.engine, (status) => (engine.value = status));
  let running: AbortController | undefined;

  const labels = computed((): readonly Label[] => {
    const { items, labels: given } = settings.value;
    const classes = model.value?.form.classes.length ?? 0;
    const series: readonly Label[] = given.length > 0 ? given : classes > 0 ? Array.from({ length: classes }, (_, i) => i) : [-1];
    return items.map((item) => series[item % series.length]);
  });
  const solver = computed((): SolverChoice => settings.value.solver ?? model.value?.solver ?? { method: 'dopri5', tolerance: 1e-3 });
  const picture = computed((): Uint8Array | undefined => {
    if (!model.value || !wall.value) return undefined;
    const dim = pictureDim(model.value.form);
    const { frames: all, times } = wall.value;
    const count = all.length / dim / times.length;
    const from = ((times.length - 1) * count + chosen.value) * dim;
    return chosen.value < count ? all.subarray(from, from + dim) : undefined;
  });

  function report(thrown: unknown): void {
    if (thrown instanceof AdvectError && thrown.code === 'aborted') return;
    const hint = thrown instanceof AdvectError ? thrown.hint : 'Load the page again; if it stays so, please tell us.';
    trouble.value = { message: thrown instanceof Error ? thrown.message : String(thrown), hint };
    voice.say(trouble.value.message);
  }

  async function generate(): Promise<void> {
    if (!model.value) return;
    running?.abort();
    const mine = new AbortController();
    running = mine;
    busy.value = true;
    const { seed, items, guidance, temperature } = settings.value;
    const request = { seed, items, labels: labels.value, solver: solver.value, temperature, guidance, frames };
    try {
      const made = await studio.call('wall', request, {
        signal: mine.signal,
        onProgress: (frame) => (forming.value = frame),
      });
      batch(() => {
        wall.value = made;
        forming.value = undefined;
        trouble.value = undefined;
      });
      voice.say(`${items.length} pictures, seed ${seed}, ${made.effort.evaluations} evaluations.`);
    } catch (thrown) {
      report(thrown);
    } finally {
      if (running === mine) {
        running = undefined;
        batch(() => {
          busy.value = false;
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
    async open(source, name) {
      try {
        const facts = await studio.call('open', source, { onProgress: (received) => (opening.value = received) });
        running?.abort();
        const same = facts.form.classes.length === model.value?.form.classes.length;
        batch(() => {
          wall.value = undefined;
          if (model.value) {
            settings.value = { ...settings.value, model: name, solver: undefined, ...(!same && { labels: [] }) };
          }
          model.value = facts;
        });
        await generate();
      } catch (thrown) {
        report(thrown);
      } finally {
        opening.value = undefined;
      }
    },
    labels,
    solver,
    wall,
    forming,
    busy,
    generate,
    cancel: () => running?.abort(),
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
