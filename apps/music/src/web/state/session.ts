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
  type Troubles,
} from '@advect/web';
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { MusicalKey } from '../../data/musical-key.js';
import { composeDefaults } from '../../model/defaults.js';
import { emptyDraft } from '../../model/draft.js';
import type { Direction } from '../../model/move-along.js';
import { type Score, stepsPerBar, voiceCount } from '../../score.js';
import { type Sounding, soundingOf } from '../roll/note-words.js';
import { type Player, createPlayer } from '../sound/player.js';
import { createSoundStudio, type SoundStudio } from '../sound/sound-studio.js';
import { openStudio, type Studio } from '../studio.js';
import type { Composed, ComposeRequest, Forming, Manner, ModelFacts, ReworkRequest } from '../studio-verbs.js';
import { createHistory } from './history.js';
import { createMixing, type Mixing } from './mixing.js';
import type { Piece } from './piece-text.js';
import { playableOf } from './playable.js';
import type { Settings } from './settings.js';

/** A stretch of some voices: steps `from` (inclusive) to `to` (exclusive). */
export interface Selection {
  readonly from: number;
  readonly to: number;
  readonly voices: readonly number[];
}

/** How the piece came to be: what the model was asked and what it answered, or what it was opened as; undefined where somebody has changed it since. */
export type Origin =
  | { readonly verb: 'compose'; readonly request: ComposeRequest; readonly made: Composed; readonly sketch: boolean }
  | { readonly verb: 'rework'; readonly request: ReworkRequest; readonly made: Composed }
  | { readonly verb: 'open'; readonly name: string };

/** The piece on the desk, with how it came to be. */
export interface Work extends Piece {
  readonly origin: Origin | undefined;
}

/** The state of the page, which its parts and the panels share. */
export interface Session extends Troubles {
  readonly studio: Studio;
  readonly settings: Signal<Settings>;
  /** Changes some settings; `best` or `steps` that are given are no sketch's. */
  change(part: Partial<Settings>): void;
  readonly model: ReadonlySignal<ModelFacts | undefined>;
  readonly opening: ReadonlySignal<Received | undefined>;
  /**
   * Opens a model; ends an opening that still runs. The page stays with the model that it has where that fails. A piece that is
   * what the seed gives is composed anew, where its tab is open.
   */
  open(source: ModelSource, name: string | undefined, wanted?: Settings): Promise<void>;
  /** How it is asked for music: as the settings say, or as the model does. */
  readonly manner: ReadonlySignal<Manner>;
  readonly work: ReadonlySignal<Work>;
  readonly score: ReadonlySignal<Score>;
  readonly key: ReadonlySignal<MusicalKey>;
  /** How it sounds: what its notes are named by. */
  readonly sounding: ReadonlySignal<Sounding>;
  /** One byte for each cell, [step, voice]: 1 where it is locked. */
  readonly locked: ReadonlySignal<Uint8Array>;
  /**
   * Changes the piece on the desk; what is not given stays, locks where the length does. It is a step of the history: steps of one
   * gesture count as one, and the first piece that the model makes for an empty desk is where the history begins.
   */
  put(piece: Partial<Piece>, how?: { readonly gesture?: string; readonly origin?: Origin }): void;
  readonly canUndo: ReadonlySignal<boolean>;
  readonly canRedo: ReadonlySignal<boolean>;
  undo(): void;
  redo(): void;
  readonly selection: Signal<Selection | undefined>;
  /** Bits of each cell, [step, voice], of the piece that is on the desk; undefined where they have not been measured. */
  readonly surprise: Signal<Float32Array | undefined>;
  /** While the model works. */
  readonly forming: ReadonlySignal<Forming | undefined>;
  readonly busy: ReadonlySignal<boolean>;
  /** When the work began, by performance.now(). */
  readonly began: ReadonlySignal<number>;
  /** What the last work of the model took, in milliseconds. */
  readonly took: ReadonlySignal<number | undefined>;
  /** Composes as the settings say. */
  compose(): Promise<void>;
  /** Composes the open cells of a piece anew, by default those of the piece on the desk. */
  rework(draft?: Pick<Piece, 'score' | 'locked'>): Promise<void>;
  /** Makes the piece bolder (1) or more ordinary (−1), by as much as can be heard. */
  nudge(direction: Direction): Promise<void>;
  /** Takes over the settings of an address, with its piece; `openModel` opens another model where it names one. */
  adopt(wanted: Settings, openModel: (wanted: Settings) => Promise<void>): void;
  /** Lets another engine compute. */
  useEngine(name: EngineChoice): Promise<void>;
  cancel(): void;
  readonly mixing: Mixing;
  readonly sound: SoundStudio;
  readonly player: Player;
  readonly engine: ReadonlySignal<EngineStatus | undefined>;
  readonly offline: Signal<OfflineState>;
  readonly announcer: Announcer;
  readonly keys: Shortcuts;
}

/** How the settings ask the model. */
export const mannerOf = ({ seed, index, best, temperature, steps, polish }: Settings) => ({
  seed,
  index,
  best,
  temperature,
  steps,
  polish,
});

const emptyWork = (bars: number): Work => ({ ...emptyDraft(bars * stepsPerBar), key: { tonic: 0, mode: 'major' }, origin: undefined });

export function createSession(first: Settings, keys: Shortcuts): Session {
  const settings = signal(first);
  const model = signal<ModelFacts | undefined>(undefined);
  const opening = signal<Received | undefined>(undefined);
  const emptyDesk = emptyWork(first.bars);
  const history = createHistory<Work>(first.tune ? { ...first.tune, origin: undefined } : emptyDesk);
  const selection = signal<Selection | undefined>(undefined);
  const surprise = signal<Float32Array | undefined>(undefined);
  const forming = signal<Forming | undefined>(undefined);
  const busy = signal(false);
  const began = signal(0);
  const took = signal<number | undefined>(undefined);
  const engine = signal<EngineStatus | undefined>(undefined);
  const voice = announcer();
  const { trouble, report } = createTroubles(voice);
  const studio = openStudio(first.engine, (status) => (engine.value = status));
  const mixing = createMixing(voiceCount);
  const sound = createSoundStudio();
  let working: AbortController | undefined;
  let fetching: AbortController | undefined;

  const change = (part: Partial<Settings>): void => {
    const sketch = settings.value.sketch && !('best' in part || 'steps' in part);
    settings.value = { ...settings.value, sketch, ...part };
  };
  const work = history.now;
  const score = computed(() => work.value.score);
  const manner = computed((): Manner => {
    const { seed, index, best, temperature, steps, polish } = settings.value;
    const usual = model.value?.making ?? composeDefaults;
    return {
      seed,
      index,
      best: best ?? usual.best,
      temperature: temperature ?? usual.temperature,
      steps: steps ?? usual.steps,
      polish: polish ?? usual.polish,
    };
  });
  const playable = computed(() => playableOf(sound, work.value, settings.value));
  const loop = computed(() => settings.value.loop);
  const player = createPlayer({ playable, mixing, loop, region: selection, report });

  /** The address holds the piece where the seed does not give it. */
  const remember = ({ origin, ...piece }: Work): void =>
    change({ tune: origin?.verb === 'compose' && !piece.locked.some(Boolean) ? undefined : piece });

  const put: Session['put'] = (piece, { gesture, origin } = {}) =>
    batch(() => {
      const before = work.peek();
      const { score, key, locked } = { ...before, locked: undefined, ...piece };
      const stay = locked ?? (before.score.steps === score.steps ? before.locked : new Uint8Array(score.pitches.length));
      const same = String(before.score.pitches) === String(score.pitches);
      const next = { score, key, locked: stay, origin: origin ?? (same ? before.origin : undefined) };
      if (before === emptyDesk && origin) history.begin(next);
      else history.push(next, gesture);
      if (!same) surprise.value = undefined;
      remember(work.peek());
    });
  const travel = (go: () => void): void =>
    batch(() => {
      const before = work.peek();
      go();
      if (before.score !== work.peek().score) surprise.value = undefined;
      remember(work.peek());
    });

  async function ask(run: (signal: AbortSignal, tell: (forming: Forming) => void) => Promise<string>): Promise<void> {
    if (!model.value) return;
    working?.abort();
    const mine = new AbortController();
    working = mine;
    batch(() => {
      busy.value = true;
      began.value = performance.now();
      forming.value = { share: 0 };
    });
    try {
      const said = await run(mine.signal, (now) => (forming.value = now));
      if (!mine.signal.aborted) voice.say(said);
    } catch (thrown) {
      report(thrown);
    } finally {
      if (working === mine) {
        working = undefined;
        batch(() => {
          busy.value = false;
          forming.value = undefined;
        });
      }
    }
  }

  const compose = (): Promise<void> =>
    ask(async (signal, onProgress) => {
      const { bars, key, sketch } = settings.value;
      const request: ComposeRequest = { ...manner.value, bars, key };
      const made = await studio.call('compose', request, { signal, onProgress });
      took.value = made.milliseconds;
      put(
        { score: made.score, key: made.key, locked: new Uint8Array(made.score.pitches.length) },
        { origin: { verb: 'compose', request, made, sketch } },
      );
      return `${request.bars} bars composed, seed ${request.seed}.`;
    });

  const rework = (draft: Pick<Piece, 'score' | 'locked'> = work.peek()): Promise<void> =>
    ask(async (signal, onProgress) => {
      const { key } = work.peek();
      const request: ReworkRequest = { ...manner.value, score: draft.score, locked: draft.locked, key };
      const made = await studio.call('rework', request, { signal, onProgress });
      took.value = made.milliseconds;
      const before = work.peek();
      const locked = before.score.steps === made.score.steps ? before.locked : new Uint8Array(made.score.pitches.length);
      put({ score: made.score, key, locked }, { origin: { verb: 'rework', request, made } });
      return 'Recomposed around what is locked.';
    });

  const nudge = (direction: Direction): Promise<void> =>
    ask(async (signal, onProgress) => {
      const { score: piece, locked, key } = work.peek();
      const { moved, milliseconds } = await studio.call(
        'nudge',
        { score: piece, locked, key, seed: settings.value.seed, direction },
        { signal, onProgress },
      );
      took.value = milliseconds;
      const what = direction === 1 ? 'bolder' : 'more ordinary';
      if (!moved) return `Nothing near that is open is ${what}.`;
      const changed = moved.score.pitches.filter((pitch, i) => pitch !== piece.pitches[i]).length;
      put({ score: moved.score, key, locked });
      const [before, after] = [moved.before, moved.after].map((bits) => bits.toFixed(2));
      return `${changed} ${changed === 1 ? 'eighth note is' : 'eighth notes are'} ${what}: ${after} bits per note, before ${before}.`;
    });

  return {
    studio,
    settings,
    change,
    model,
    opening,
    manner,
    async open(source, name, wanted) {
      fetching?.abort();
      const mine = new AbortController();
      fetching = mine;
      try {
        const facts = await studio.call('open', source, { signal: mine.signal, onProgress: (received) => (opening.value = received) });
        working?.abort();
        batch(() => {
          if (model.value || !wanted) trouble.value = undefined;
          const asModelSays = { temperature: undefined, steps: undefined, polish: undefined, best: undefined };
          if (!wanted) change({ model: name, ...asModelSays });
          else if (wanted.model !== settings.value.model) settings.value = wanted;
          model.value = facts;
          opening.value = undefined;
        });
        if (!settings.value.tune && settings.value.tab === 'chorale') await compose();
      } catch (thrown) {
        report(thrown);
      } finally {
        if (fetching === mine) opening.value = undefined;
      }
    },
    work,
    score,
    key: computed(() => work.value.key),
    sounding: computed(() => soundingOf(work.value.key, settings.value.transpose)),
    locked: computed(() => work.value.locked),
    put,
    canUndo: history.canUndo,
    canRedo: history.canRedo,
    undo: () => travel(history.undo),
    redo: () => travel(history.redo),
    selection,
    surprise,
    forming,
    busy,
    began,
    took,
    compose,
    rework,
    nudge,
    adopt(wanted, openModel) {
      if (wanted.model !== settings.value.model) {
        void openModel(wanted);
        return;
      }
      settings.value = wanted;
      if (wanted.tune) put(wanted.tune);
      else void compose();
    },
    async useEngine(wanted) {
      try {
        await studio.call('engine', { wanted });
      } catch (thrown) {
        report(thrown);
      }
    },
    cancel() {
      if (!working) return;
      working.abort();
      voice.say('Stopped. The piece is as it was.');
    },
    mixing,
    sound,
    player,
    engine,
    offline: signal<OfflineState>('loading'),
    trouble,
    report,
    announcer: voice,
    keys,
  };
}
