import { AdvectError } from '@advect/base/errors';
import type { Sound } from '../codec/wav.js';
import { sampleRate } from './mix.js';
import { peakLevel } from './synthesise.js';

/** Seconds that a sound font is given to ring on. */
const tail = 3;

/** Samples that are rendered at a time. */
const block = 128;

/**
 * Renders a MIDI file with the sounds of a sound font (SF2, SF3 or DLS) through the package spessasynth_core, with its reverb and
 * chorus. The loudest sample is ±0.89.
 *
 * Throws `not-found` where that package is not installed, and `invalid-file` for bytes that are no sound font.
 */
export async function renderSoundFont(midi: Uint8Array, font: Uint8Array): Promise<Sound> {
  const { BasicMIDI, SoundBankLoader, SpessaSynthProcessor, SpessaSynthSequencer } = await load();
  const synth = new SpessaSynthProcessor(sampleRate, { eventsEnabled: false });
  await synth.processorInitialized;
  try {
    synth.soundBankManager.addSoundBank(SoundBankLoader.fromArrayBuffer(bufferOf(font)), 'main');
  } catch (cause) {
    throw new AdvectError('invalid-file', 'the sound font cannot be read', 'Give an SF2, SF3 or DLS file.', cause);
  }
  const song = BasicMIDI.fromArrayBuffer(bufferOf(midi));
  const sequencer = new SpessaSynthSequencer(synth);
  sequencer.skipToFirstNoteOn = false;
  sequencer.loadNewSongList([song]);
  sequencer.loopCount = 0;
  sequencer.play();
  const frames = Math.ceil((song.duration + tail) * sampleRate);
  const [left, right] = [new Float32Array(frames), new Float32Array(frames)];
  for (let at = 0; at < frames; at += block) {
    sequencer.processTick();
    synth.process(left, right, at, Math.min(block, frames - at));
  }
  let peak = 0;
  for (const channel of [left, right]) for (const x of channel) peak = Math.max(peak, Math.abs(x));
  if (peak > 0) for (const channel of [left, right]) for (let i = 0; i < frames; i++) channel[i] *= peakLevel / peak;
  return { sampleRate, channels: [left, right] };
}

const bufferOf = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer;

async function load(): Promise<typeof import('spessasynth_core')> {
  try {
    return await import('spessasynth_core');
  } catch (cause) {
    throw new AdvectError(
      'not-found',
      'sound fonts need the package spessasynth_core, which is not installed',
      'Install it: npm install spessasynth_core. Without --soundfont the built-in instruments play.',
      cause,
    );
  }
}
