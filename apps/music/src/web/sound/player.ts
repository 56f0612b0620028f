import { AdvectError } from '@advect/base/errors';
import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { gainsOf, type Mixing } from '../state/mixing.js';
import { type Audio, wakeAudio } from './audio.js';
import { seamless } from './loop-region.js';
import type { Stems } from './sound-verbs.js';
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

/** A source that sounds: since when by the audio clock, and which second of the piece that was. */
interface Sounding {
  readonly playable: Playable;
  readonly since: number;
  readonly second: number;
  /** Seconds that are repeated. */
  readonly loop: { readonly from: number; readonly to: number } | undefined;
  /** Fades it out from a time on, by default from now. */
  stop(at?: number): void;
  /** Silences it at once. */
  drop(): void;
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
/** Seconds of fading where a source begins or ends in the middle. */
const fade = 0.02;

/**
 * Plays what is rendered as one buffer: a single source, so that nothing has to be scheduled while it sounds, and a busy or hidden page
 * neither drifts nor crackles. It has two channels for each part, which has a gain of its own; of a long piece two in all, until the mixer
 * is touched, because a minute of four parts takes 85 MB.
 */
export function createPlayer({ playable, mixing, loop, region, report }: PlayerOptions): Player {
  const wanted = signal(false);
  const sounding = signal<Sounding | undefined>(undefined);
  const at = signal(0);
  let rendered: Rendered | undefined;
  let rendering: AbortController | undefined;
  let audio: Audio | undefined;
  let gains: InstanceType<Audio['tone']['Gain']>[] = [];

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
    if (!now || !audio) return at.peek();
    const { since, second, loop: repeated, playable: sounds } = now;
    let here = second + Math.max(0, audio.tone.immediate() - since);
    if (repeated && here >= repeated.to) here = repeated.from + ((here - repeated.from) % (repeated.to - repeated.from));
    return Math.min(sounds.steps, sounds.timeline.stepAt(here));
  };

  const secondsTo = (step: number): number => {
    const now = sounding.peek();
    const timeline = (now?.playable ?? playable.peek())?.timeline;
    const untilBegun = now && audio ? Math.max(0, now.since - audio.tone.immediate()) : 0;
    return timeline ? untilBegun + timeline.secondsAt(step) - timeline.secondsAt(position()) : Infinity;
  };

  function silence(): void {
    sounding.peek()?.stop();
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
    const before = sounding.peek();
    const goesOn = before?.playable === now;
    const here = Math.min(position(), now.steps);
    if (!goesOn) silence();
    // A page that is held up just here would have a source that starts late, and would stay ahead of it: then once more.
    for (let lead = shortestLead; ; lead *= 2) {
      const start = goesOn ? Math.min(now.steps, now.timeline.stepAt(now.timeline.secondsAt(position()) + lead)) : here;
      const begun = startSource(opened, buffer, now, start, lead);
      applyGains();
      if (opened.tone.immediate() < begun.since) {
        if (goesOn) before.stop(begun.since);
        sounding.value = begun;
        return;
      }
      begun.drop();
    }
  }

  function startSource({ tone, out }: Audio, whole: AudioBuffer, now: Playable, step: number, lead: number): Sounding {
    const { sampleRate, numberOfChannels } = whole;
    // In whole frames: a loop then is as long as its buffer.
    const frameAt = (seconds: number): number => Math.round(seconds * sampleRate) / sampleRate;
    const length = whole.length / sampleRate;
    const stretch = region?.peek();
    const repeated = loop.peek()
      ? stretch
        ? { from: frameAt(now.timeline.secondsAt(stretch.from)), to: Math.min(length, frameAt(now.timeline.secondsAt(stretch.to))) }
        : { from: 0, to: length }
      : undefined;
    const second = repeated && stretch ? within(now.timeline.secondsAt(step), repeated) : now.timeline.secondsAt(step);
    const buffer = repeated && stretch ? turnOf(tone, whole, repeated) : whole;
    const source = new tone.ToneBufferSource({ url: new tone.ToneAudioBuffer(buffer), fadeIn: second > 0 ? fade : 0, fadeOut: fade });
    const offset = repeated && stretch ? second - repeated.from : second;
    source.loop = repeated !== undefined;
    const splitter = new tone.Split(numberOfChannels);
    source.connect(splitter);
    gains = Array.from({ length: numberOfChannels / 2 }, (_, part) => {
      const [merge, gain] = [new tone.Merge(2), new tone.Gain(1)];
      splitter.connect(merge, 2 * part, 0);
      splitter.connect(merge, 2 * part + 1, 1);
      merge.chain(gain, out);
      return gain;
    });
    // At a whole frame: between two of them browsers would interpolate every sample.
    const since = Math.ceil((tone.immediate() + lead) * sampleRate) / sampleRate;
    source.start(since, frameAt(offset));
    const own = [source, splitter, ...gains];
    const dispose = (): void => own.forEach((node) => void node.dispose());
    let stopped = false;
    source.onended = () => {
      if (!stopped) rest(0);
      dispose();
    };
    return {
      playable: now,
      since,
      second,
      loop: repeated,
      stop(at = tone.immediate() + fade) {
        stopped = true;
        source.stop(at);
      },
      drop() {
        stopped = true;
        dispose();
      },
    };
  }

  function applyGains(): void {
    const levels = gainsOf(mixing.parts.value);
    // Parts that are not apart are heard as they are.
    gains.forEach((gain, part) => gain.gain.rampTo((gains.length > 1 || levels.length === 1 ? levels[part] : undefined) ?? 1, 0.03));
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

/** A stretch of a buffer that can be repeated. */
function turnOf(tone: Audio['tone'], whole: AudioBuffer, stretch: { readonly from: number; readonly to: number }): AudioBuffer {
  const { sampleRate, numberOfChannels } = whole;
  const turns = Array.from({ length: numberOfChannels }, (_, i) => seamless(whole.getChannelData(i), stretch, sampleRate));
  const buffer = tone.getContext().createBuffer(numberOfChannels, turns[0].length, sampleRate);
  turns.forEach((turn, i) => buffer.copyToChannel(turn as Float32Array<ArrayBuffer>, i));
  return buffer;
}

/** A second inside a stretch of them; its beginning for one outside. */
const within = (second: number, { from, to }: { readonly from: number; readonly to: number }): number =>
  second >= from && second < to ? second : from;
