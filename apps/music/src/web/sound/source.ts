import type { Audio } from './audio.js';
import { seamless } from './loop-region.js';

/** A stretch of seconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

interface SourceSettings {
  /** When it begins by the audio clock, and with which second of the buffer; in whole frames. */
  readonly since: number;
  readonly second: number;
  /** Seconds that are repeated, in whole frames; `second` is one of them. */
  readonly loop: Stretch | undefined;
  /** Told when the buffer has come to its end; not of what was stopped. */
  readonly ended: () => void;
}

/** A buffer that sounds from a time on, by the audio clock alone. */
export interface Source {
  /** The gain of each part. */
  readonly gains: readonly InstanceType<Audio['tone']['Gain']>[];
  /** Lets it be heard. Until then it is silent, so that one that has come too late can be dropped unheard. */
  open(): void;
  /** Fades it out from a time on, by default from now. */
  stop(at?: number): void;
  /** Silences it at once. */
  drop(): void;
}

/** Seconds of fading where a source begins or ends in the middle. */
const fade = 0.02;
/** Seconds in which a source that should sound already is let in: no click. */
const opening = 0.005;

/** Seconds in whole frames, so that browsers interpolate no sample, and a loop is as long as its buffer. */
export const inFrames = (seconds: number, sampleRate: number): number => Math.round(seconds * sampleRate) / sampleRate;

/** Starts a source with two channels for each part. */
export function startSource({ tone, out }: Audio, whole: AudioBuffer, { since, second, loop, ended }: SourceSettings): Source {
  const { numberOfChannels } = whole;
  const all = !loop || (loop.from === 0 && loop.to === whole.duration);
  const buffer = all ? whole : turnOf(tone, whole, loop);
  const source = new tone.ToneBufferSource({ url: new tone.ToneAudioBuffer(buffer), fadeIn: second > 0 ? fade : 0, fadeOut: fade });
  source.loop = loop !== undefined;
  const gate = new tone.Gain(0);
  const splitter = new tone.Split(numberOfChannels);
  source.chain(gate, splitter);
  const parts = Array.from({ length: numberOfChannels / 2 }, (_, part) => {
    const [merge, gain] = [new tone.Merge(2), new tone.Gain(1)];
    splitter.connect(merge, 2 * part, 0);
    splitter.connect(merge, 2 * part + 1, 1);
    merge.chain(gain, out);
    return { merge, gain };
  });
  source.start(since, all ? second : second - loop.from);
  const own = [source, gate, splitter, ...parts.flatMap(({ merge, gain }) => [merge, gain])];
  const dispose = (): void => own.forEach((node) => void node.dispose());
  let stopped = false;
  source.onended = () => {
    if (!stopped) ended();
    dispose();
  };
  return {
    gains: parts.map(({ gain }) => gain),
    open: () => void gate.gain.linearRampTo(1, opening, tone.immediate()),
    stop(at = tone.immediate() + fade) {
      stopped = true;
      source.stop(at);
      // Also where the page is held up when it should end: the source is taken away by a timer.
      gate.gain.setValueAtTime(0, at + fade);
    },
    drop() {
      stopped = true;
      dispose();
    },
  };
}

/** A stretch of a buffer that can be repeated. */
function turnOf(tone: Audio['tone'], whole: AudioBuffer, stretch: Stretch): AudioBuffer {
  const { sampleRate, numberOfChannels } = whole;
  const turns = Array.from({ length: numberOfChannels }, (_, i) => seamless(whole.getChannelData(i), stretch, sampleRate));
  const buffer = tone.getContext().createBuffer(numberOfChannels, turns[0].length, sampleRate);
  turns.forEach((turn, i) => buffer.copyToChannel(turn as Float32Array<ArrayBuffer>, i));
  return buffer;
}
