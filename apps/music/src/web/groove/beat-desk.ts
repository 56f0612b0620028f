import { drawnSeed, panelJob, type PanelJob, withError } from '@advect/web';
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { pieceOfGroove } from '../../codec/groove-piece.js';
import { type Drum, drums } from '../../drum-kit.js';
import { type Groove, grooveStepsPerBeat } from '../../groove.js';
import { beatTitle } from '../../model/beat-piece.js';
import { between } from '../../model/groove-amount.js';
import { grooveDefaults } from '../../model/defaults.js';
import { drumsDraft, emptyBars, type GrooveDraft, longerDraft, patternDraft, rhythmDraft } from '../../model/groove-draft.js';
import type { BeatSettings as MadeBeat, BeatVerb } from '../../model/made-settings.js';
import { createPlayer, type Playable, type Player } from '../sound/player.js';
import { timelineOf } from '../sound/timeline.js';
import { createHistory } from '../state/history.js';
import { createMixing } from '../state/mixing.js';
import type { Session } from '../state/session.js';
import { type BeatSettings, readBeat, writeBeat } from './beat-text.js';
import { createDrummer, type Drummer, usualDrummer } from './drummer.js';
import { mostBars, onGrain, withLength } from './edit-beat.js';
import { firstBeat } from './first-beat.js';
import type { MeasuredBeat } from './groove-verbs.js';

/** The beat on the desk: as given, as the model plays the same strokes, and how what the model made came to be. */
export interface Beat {
  readonly given: Groove;
  readonly drawn: Groove | undefined;
  readonly made: { readonly settings: MadeBeat; readonly title: string } | undefined;
}

export type Hearing = 'given' | 'played';

/** Settings of the tab that are not the beat itself. */
export type Manner = Omit<BeatSettings, 'given' | 'drawn'>;

/** The state of the groove tab, and what its buttons and keys do. */
export interface BeatDesk {
  readonly session: Session;
  readonly beat: ReadonlySignal<Beat>;
  readonly manner: Signal<Manner>;
  change(part: Partial<Manner>): void;
  /** What is shown and heard. */
  readonly shown: ReadonlySignal<Groove>;
  readonly hearing: Signal<Hearing>;
  readonly drummer: Drummer;
  readonly job: PanelJob;
  readonly measuring: PanelJob;
  readonly measured: ReadonlySignal<MeasuredBeat | undefined>;
  readonly player: Player;
  /** Lays another groove on the desk; steps of one gesture count as one. */
  put(groove: Groove, gesture?: string): void;
  setBars(bars: number): void;
  humanise(): void;
  drum(): void;
  compose(): void;
  goOn(): void;
  measure(): void;
  newSeed(): void;
  toggleLock(): void;
  readonly canUndo: ReadonlySignal<boolean>;
  readonly canRedo: ReadonlySignal<boolean>;
  undo(): void;
  redo(): void;
  /** What of a file could not be kept. */
  readonly remarks: ReadonlySignal<string>;
  remark(text: string): void;
}

/** Bars by which a beat goes on. */
const barsMore = 2;

export function createBeatDesk(session: Session): BeatDesk {
  const { settings, studio, sound, report, announcer } = session;
  const fresh: BeatSettings = {
    model: usualDrummer,
    given: firstBeat,
    drawn: undefined,
    amount: 1,
    style: undefined,
    tempo: 100,
    temperature: grooveDefaults.temperature,
    seed: settings.peek().seed,
    seedLocked: false,
    kept: [],
  };
  const { given: first, drawn: firstDrawn, ...firstManner } = readBeat(settings.peek().groove, fresh);
  const history = createHistory<Beat>({ given: first, drawn: firstDrawn, made: undefined });
  const beat = history.now;
  const manner = signal<Manner>(firstManner);
  const hearing = signal<Hearing>('played');
  const measures = signal<{ readonly of: Groove; readonly found: MeasuredBeat } | undefined>(undefined);
  const change = (part: Partial<Manner>): void => void (manner.value = { ...manner.value, ...part });
  const drummer = createDrummer(
    session,
    () => manner.peek().model,
    (name) => change({ model: name }),
  );
  const { model } = drummer;
  const job = panelJob({ report, announcer, model });
  const measuring = panelJob({ report, announcer, model });
  const remarks = signal('');

  const shown = computed(() => {
    const { given, drawn } = beat.value;
    return drawn && hearing.value === 'played' ? between(given, drawn, manner.value.amount) : given;
  });
  const playable = computed((): Playable | undefined => {
    const groove = shown.value;
    if (settings.value.tab !== 'groove' || !groove.hits.includes(1)) return undefined;
    const piece = pieceOfGroove(groove, { tempo: manner.value.tempo, title: '' });
    return {
      steps: groove.steps,
      timeline: timelineOf(piece.tempos, grooveStepsPerBeat),
      render: (stop, apart) => sound.call('stems', { piece, instrument: undefined, apart }, { signal: stop }),
    };
  });
  const region = computed(() => ({ from: 0, to: shown.value.steps }));
  const player = createPlayer({ playable, mixing: createMixing(1), loop: signal(true), region, report });

  effect(() => {
    if (settings.value.tab === 'groove') session.player.stop();
  });

  // The tab's own words in the address; those of another address are taken over.
  let written = settings.peek().groove;
  let touched = written !== '';
  effect(() => {
    const { given, drawn } = beat.value;
    const text = writeBeat({ given, drawn, ...manner.value });
    if (!touched) {
      touched = true;
      written = text;
      return;
    }
    if (text === written) return;
    written = text;
    session.change({ groove: text });
  });
  effect(() => {
    const { groove } = settings.value;
    if (groove === written || groove === '') return;
    written = groove;
    const { given, drawn, ...rest } = readBeat(groove, fresh);
    if (rest.model !== manner.peek().model) drummer.follow(rest.model);
    batch(() => {
      manner.value = rest;
      history.push({ given, drawn, made: undefined });
    });
  });

  const put = (groove: Groove, gesture = ''): void =>
    batch(() => {
      remarks.value = '';
      history.push({ given: onGrain(groove), drawn: undefined, made: undefined }, gesture);
    });

  const drawSeed = (): void => {
    if (!manner.peek().seedLocked) change({ seed: drawnSeed() });
  };

  /** Asks the model, and lays what it plays on the desk. */
  function ask(
    verb: BeatVerb,
    draft: GrooveDraft,
    title: string,
    lay: (groove: Groove) => Pick<Beat, 'given' | 'drawn'>,
    about: object,
  ): void {
    void job.start(async (stop) => {
      const { style, tempo, seed, temperature } = manner.peek();
      const facts = model.peek();
      if (!facts) return;
      const request = { style, tempo, seed, temperature, index: 0, steps: grooveDefaults.steps };
      const { groove, milliseconds } = await studio.call(
        'playBeat',
        { ...request, draft },
        { signal: stop, onProgress: (s) => (job.share.value = s) },
      );
      const made: MadeBeat = {
        app: 'advect-music',
        kind: 'grooves',
        verb,
        model: { name: facts.name, sha256: facts.hash },
        seed,
        index: 0,
        bars: groove.steps / 16,
        ...(style && { style }),
        tempo,
        temperature,
        steps: grooveDefaults.steps,
        ...about,
      };
      batch(() => {
        hearing.value = 'played';
        history.push({ ...lay(onGrain(groove)), made: { settings: made, title } });
      });
      announcer.say(`${title}, in ${(milliseconds / 1000).toFixed(1)} seconds.`);
    });
  }

  /** What of a beat counts for the model: the touch that is shown. */
  const current = (): Groove => shown.peek();
  const alone = (groove: Groove) => ({ given: groove, drawn: undefined });

  const humanise = (): void => {
    drawSeed();
    const { given } = beat.peek();
    ask('humanise', patternDraft(given), 'Humanised', (drawn) => ({ given, drawn }), { amount: 1 });
  };
  const compose = (): void => {
    drawSeed();
    const { kept, style } = manner.peek();
    const bars = current().steps / 16;
    if (kept.length === 0) ask('compose', emptyBars(bars), beatTitle(style), alone, {});
    else drum();
  };
  const drum = (): void => {
    const { kept } = manner.peek();
    drawSeed();
    const draft = kept.length > 0 ? drumsDraft(current(), kept) : rhythmDraft(current());
    ask('drum', draft, kept.length > 0 ? 'Drums around those kept' : 'Drums around the rhythm', alone, {
      ...(kept.length > 0 && { keep: kept.join(',') }),
    });
  };
  const goOn = (): void => {
    drawSeed();
    const more = Math.min(barsMore, mostBars - current().steps / 16);
    if (more <= 0) return announcer.say(`A beat has ${mostBars} bars at most here.`);
    ask('continue', longerDraft(current(), more), 'Continued', alone, { range: String(more) });
  };
  return {
    session,
    beat,
    manner,
    change,
    shown,
    hearing,
    drummer,
    job,
    measuring,
    measured: computed(() => (measures.value?.of === shown.value ? measures.value.found : undefined)),
    player,
    put,
    setBars: (bars) => put(withLength(current(), bars)),
    humanise,
    drum,
    compose,
    goOn,
    measure() {
      void measuring.start(async (stop) => {
        const groove = current();
        const { style, tempo, seed } = manner.peek();
        const found = await studio.call(
          'measureBeat',
          { groove, style, tempo, seed },
          { signal: stop, onProgress: (share) => (measuring.share.value = share) },
        );
        measures.value = { of: groove, found };
        announcer.say(`${withError(found.bits.bitsPerStroke, found.bits.standardError)} bits per stroke.`);
      });
    },
    newSeed() {
      if (manner.peek().seedLocked) return announcer.say('The seed is locked.');
      change({ seed: drawnSeed() });
    },
    toggleLock() {
      change({ seedLocked: !manner.peek().seedLocked });
      announcer.say(manner.peek().seedLocked ? 'The seed is locked.' : 'The seed is free.');
    },
    canUndo: history.canUndo,
    canRedo: history.canRedo,
    undo: history.undo,
    redo: history.redo,
    remarks,
    remark: (text) => void (remarks.value = text),
  };
}

/** Names of the drums as people read them, from the ground up. */
export const drumTitles: Readonly<Record<Drum, string>> = {
  kick: 'Kick',
  snare: 'Snare',
  closedHat: 'Closed hat',
  openHat: 'Open hat',
  lowTom: 'Low tom',
  midTom: 'Mid tom',
  highTom: 'High tom',
  crash: 'Crash',
  ride: 'Ride',
};

export const drumNumber = (drum: Drum): number => drums.indexOf(drum);
