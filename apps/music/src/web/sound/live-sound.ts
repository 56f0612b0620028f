import { type Signal, signal, effect } from '@preact/signals';
import { frequencyOf } from '../../render/power.js';
import { type Audio, wakeAudio } from './audio.js';

/** Notes that are played now, and the beats of a metronome. */
export interface LiveSound {
  /** In a gesture: opens sound. */
  wake(): Promise<void>;
  /** Velocity 0 … 1. */
  press(pitch: number, velocity: number): void;
  release(pitch: number): void;
  /** A beat, in so many seconds. */
  beat(accent: boolean, seconds: number): void;
  /** 0 … 1. */
  readonly beatVolume: Signal<number>;
  /** Seconds by the audio clock, as they are heard: what is played with a beat has the beat's time. */
  heard(): number;
  /** Seconds by the audio clock as they are scheduled. */
  now(): number;
}

interface Voices {
  readonly audio: Audio;
  readonly keys: InstanceType<Audio['tone']['PolySynth']>;
  readonly beats: InstanceType<Audio['tone']['Synth']>;
  readonly level: InstanceType<Audio['tone']['Gain']>;
}

export function createLiveSound(): LiveSound {
  const beatVolume = signal(0.6);
  let voices: Voices | undefined;
  let opening: Promise<void> | undefined;
  // A key may be let go before sound is there.
  const wanted = new Map<number, number>();

  async function open(): Promise<void> {
    const audio = await wakeAudio();
    if (voices) return;
    const { tone, out } = audio;
    const keys = new tone.PolySynth(tone.Synth, {
      oscillator: { type: 'triangle' },
      envelope: { attack: 0.008, decay: 0.25, sustain: 0.5, release: 0.25 },
      volume: -11,
    }).connect(out);
    const level = new tone.Gain(beatVolume.peek() ** 2).connect(out);
    const beats = new tone.Synth({
      oscillator: { type: 'sine' },
      envelope: { attack: 0.001, decay: 0.04, sustain: 0, release: 0.02 },
    }).connect(level);
    voices = { audio, keys, beats, level };
    for (const [pitch, velocity] of wanted) attack(pitch, velocity);
  }
  const attack = (pitch: number, velocity: number): void =>
    void voices?.keys.triggerAttack(frequencyOf(pitch), voices.audio.tone.immediate(), velocity);
  const wake = (): Promise<void> => {
    if (voices) return wakeAudio().then(() => undefined);
    return (opening ??= open().finally(() => (opening = undefined)));
  };
  effect(() => {
    const volume = beatVolume.value ** 2;
    voices?.level.gain.rampTo(volume, 0.03);
  });

  return {
    wake,
    press(pitch, velocity) {
      wanted.set(pitch, velocity);
      attack(pitch, velocity);
    },
    release(pitch) {
      wanted.delete(pitch);
      voices?.keys.triggerRelease(frequencyOf(pitch), voices.audio.tone.immediate());
    },
    beat(accent, seconds) {
      if (!voices) return;
      const { tone } = voices.audio;
      voices.beats.triggerAttackRelease(accent ? 1760 : 1175, 0.03, tone.immediate() + seconds, accent ? 1 : 0.7);
    },
    beatVolume,
    heard() {
      const context = voices?.audio.tone.getContext().rawContext as AudioContext | undefined;
      return (voices?.audio.tone.immediate() ?? 0) - (context?.outputLatency ?? 0);
    },
    now: () => voices?.audio.tone.immediate() ?? 0,
  };
}
