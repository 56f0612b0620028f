import { AdvectError } from '@advect/base/errors';
import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { gainsOf, type Mixing } from '../state/mixing.js';
import { type Audio, wakeAudio } from './audio.js';
import { type Passage, secondIn, secondsUntil, stepAt } from './passage.js';
import type { Stems } from './sound-verbs.js';
import { inFrames, type Source, startSource, type Stretch } from './source.js';
import type { Timeline } from './timeline.js';

/** Something that can be played: how it is rendered, and where its steps lie. */
export interface Playable {
  readonly steps: number;
  readonly timeline: Timeline;
  /** `apart`: each part with channels of its own. */
  render(signal: AbortSignal, apart: boolean): Promise<Stems>;
}

export type PlayerState = 'stopped' | 'preparing' | 'playing';

export interface Player {
  readonly state: ReadonlySignal<PlayerState>;
  /** Where it stands while it does not play, in steps. */
  readonly at: ReadonlySignal<number>;
  /** Where it is now, in steps, by the audio clock; to be asked at each frame. */
  position(): number;
  /** Seconds from now until a step would sound, by the tempi of what plays; past ones are negative. */
  secondsTo(step: number): number;
  /** To be called in a gesture. From where it stands; from the beginning at the end. */
  play(): Promise<void>;
  stop(): void;
  toggle(): void;
  seek(step: number): void;
}

interface PlayerOptions {
  readonly playable: ReadonlySignal<Playable | undefined>;
  readonly mixing: Mixing;
  /** Whether it begins again at the end, or within `region`. */
  readonly loop: ReadonlySignal<boolean>;
  /** Steps that are repeated; by default all, and the last sound dies away first. */
  readonly region?: ReadonlySignal<{ readonly from: number; readonly to: number } | undefined>;
  readonly report: (thrown: unknown) => void;
}

/** A passage that sounds, and what is played there. */
interface Sounding extends Passage {
  readonly playable: Playable;
  readonly source: Source;
}

/** What was rendered; once it has been played only the browser's buffer is kept of it. */
interface Rendered {
  readonly playable: Playable;
  readonly apart: boolean;
  stems: Promise<Stems> | undefined;
  buffer: AudioBuffer | undefined;
}

/** Seconds of a piece that has its parts apart from the beginning. A longer one has them once the mixer asks for it: they take five times as much. */
const shortPiece = 60;
/** Milliseconds in which several changes of the piece count as one. */
const moment = 150;
/** Seconds from asking for a source to its start, in which the browser takes over its buffer: one that came late would stay behind. */
const shortestLead = 0.08;
/** Seconds before its start at which a source must have been asked for: the browser computes a little ahead of its clock. */
const inTime = 0.02;

/**
 * Plays what is rendered as one buffer: a single source, so that nothing has to be scheduled while it sounds, and a busy or hidden page
 * neither drifts nor crackles. What sounds goes on until another source has taken over by the audio clock; one that a busy page starts
 * too late is never heard. It has two channels for each part, which has a gain of its own; of a long piece two in all, until the mixer
 * is touched, because a minute of four parts takes 85 MB.
 */
export function createPlayer({ playable, mixing, loop, region, report }: PlayerOptions): Player {
  const wanted = signal(false);
  const sounding = signal<Sounding | undefined>(undefined);
  const at = signal(0);
  let rendered: Rendered | undefined;
  let rendering: AbortController | undefined;
  let audio: Audio | undefined;
  let gains: Source['gains'] = [];

  const mixed = (): boolean => gainsOf(mixing.parts.peek()).some((gain) => gain !== 1);

  /** What plays it as it is to be mixed now, begun where it is not there. */
  function renderedOf(now: Playable): Rendered {
    const apart = mixed() || now.timeline.secondsAt(now.steps) <= shortPiece;
    if (rendered?.playable === now && (rendered.apart || !apart)) return rendered;
    rendering?.abort();
    rendering = new AbortController();
    const made: Rendered = { playable: now, apart, stems: now.render(rendering.signal, apart), buffer: undefined };
    rendered = made;
    made.stems!.catch(() => {
      if (rendered === made) rendered = undefined;
    });
    return made;
  }

  async function bufferOf(opened: Promise<Audio>, made: Rendered): Promise<AudioBuffer> {
    const [{ tone }, stems] = await Promise.all([opened, made.stems]);
    if (made.buffer) return made.buffer;
    const { channels, sampleRate } = stems!;
    const buffer = tone.getContext().createBuffer(channels.length, channels[0].length, sampleRate);
    channels.forEach((channel, i) => buffer.copyToChannel(channel as Float32Array<ArrayBuffer>, i));
    [made.buffer, made.stems] = [buffer, undefined];
    return buffer;
  }

  const position = (): number => {
    const now = sounding.peek();
    return now && audio ? stepAt(now, audio.tone.immediate()) : at.peek();
  };

  const secondsTo = (step: number): number => {
    const now = sounding.peek();
    if (now && audio) return secondsUntil(now, step, audio.tone.immediate());
    const timeline = playable.peek()?.timeline;
    return timeline ? timeline.secondsAt(step) - timeline.secondsAt(at.peek()) : Infinity;
  };

  function silence(): void {
    sounding.peek()?.source.stop();
    sounding.value = undefined;
  }

  function rest(step: number): void {
    wanted.value = false;
    at.value = step;
    silence();
  }

  /** From where it is; where it does not sound, from where it stands by then. */
  async function sound(): Promise<void> {
    const now = playable.peek();
    if (!now) return;
    const awake = wakeAudio();
    const made = renderedOf(now);
    const [opened, buffer] = await Promise.all([awake, bufferOf(awake, made)]);
    if (!wanted.peek() || playable.peek() !== now || rendered !== made) return;
    if (mixed() && !made.apart) return sound();
    audio = opened;
    const { sampleRate } = buffer;
    const before = sounding.peek();
    // A page that is held up just here would have a source that starts late, and would stay ahead of it: then once more.
    for (let lead = shortestLead; ; lead *= 2) {
      const since = Math.ceil(Math.max(opened.tone.immediate() + lead, before?.since ?? 0) * sampleRate) / sampleRate;
      const repeated = stretchOf(now, buffer);
      const second = inFrames(beginning(now, repeated, before, since), sampleRate);
      if (!repeated && second >= buffer.duration) return rest(0);
      const ended = (): void => rest(0);
      const source = startSource(opened, buffer, { since, second, loop: repeated, ended });
      if (opened.tone.immediate() > since - inTime) {
        source.drop();
        continue;
      }
      gains = source.gains;
      applyGains(0);
      source.open();
      before?.source.stop(since);
      const { steps, timeline } = now;
      sounding.value = {
        playable: now,
        steps,
        timeline,
        since,
        second,
        loop: repeated,
        source,
        ...(before && { before: clockOf(before) }),
      };
      return;
    }
  }

  /** Seconds that are repeated, in whole frames: a loop then is as long as its buffer. */
  function stretchOf({ timeline }: Playable, { duration, sampleRate }: AudioBuffer): Stretch | undefined {
    if (!loop.peek()) return undefined;
    const stretch = region?.peek();
    if (!stretch) return { from: 0, to: duration };
    const [from, to] = [stretch.from, stretch.to].map((step) => inFrames(timeline.secondsAt(step), sampleRate));
    return { from, to: Math.min(duration, to) };
  }

  /** The second to begin with at a time: where what sounds will be then, or where it stands; of a stretch that is repeated one inside. */
  function beginning(now: Playable, repeated: Stretch | undefined, before: Sounding | undefined, time: number): number {
    const { steps, timeline } = now;
    const second =
      before?.playable === now ? secondIn(before, time) : timeline.secondsAt(Math.min(steps, before ? stepAt(before, time) : at.peek()));
    return repeated && !(second >= repeated.from && second < repeated.to) ? repeated.from : second;
  }

  function applyGains(within = 0.03): void {
    const levels = gainsOf(mixing.parts.value);
    // Parts that are not apart are heard as they are.
    gains.forEach((gain, part) => {
      const level = (gains.length > 1 || levels.length === 1 ? levels[part] : undefined) ?? 1;
      if (within > 0) gain.gain.rampTo(level, within);
      else gain.gain.value = level;
    });
  }

  effect(() => {
    void mixing.parts.value;
    const now = sounding.peek()?.playable;
    if (now && now === playable.peek() && mixed() && rendered?.playable === now && !rendered.apart) void sound().catch(report);
    else if (audio) applyGains();
  });

  // What has changed is rendered at once, and sounds from where the old one was.
  let soon: ReturnType<typeof setTimeout> | undefined;
  let first = true;
  effect(() => {
    const now = playable.value;
    void loop.value;
    void region?.value;
    clearTimeout(soon);
    if (!now) {
      untracked(() => sounding.peek() && rest(0));
      return;
    }
    soon = setTimeout(
      () => {
        if (wanted.peek()) void sound().catch(report);
        else renderedOf(now).stems?.catch(reportUnlessStopped);
      },
      first ? 0 : moment,
    );
    first = false;
  });
  const reportUnlessStopped = (thrown: unknown): void => {
    if (!(thrown instanceof AdvectError && thrown.code === 'aborted')) report(thrown);
  };

  const play = async (): Promise<void> => {
    wanted.value = true;
    if (at.peek() >= (playable.peek()?.steps ?? 0)) at.value = 0;
    try {
      // The gesture counts for what is opened before anything is awaited.
      await Promise.all([wakeAudio(), sound()]);
    } catch (thrown) {
      if (thrown instanceof AdvectError && thrown.code === 'aborted') return;
      rest(at.peek());
      report(thrown);
    }
  };
  const stop = (): void => rest(position());
  return {
    state: computed(() => (sounding.value ? 'playing' : wanted.value ? 'preparing' : 'stopped')),
    at,
    position,
    secondsTo,
    play,
    stop,
    toggle: () => (wanted.peek() ? stop() : void play()),
    seek(step) {
      at.value = Math.max(0, Math.min(step, playable.peek()?.steps ?? 0));
      if (!sounding.peek()) return;
      silence();
      void sound().catch(report);
    },
  };
}

/** What a passage says of time alone: what has sounded before keeps no buffer. */
const clockOf = ({ steps, timeline, since, second, loop }: Sounding): Omit<Passage, 'before'> => ({ steps, timeline, since, second, loop });
