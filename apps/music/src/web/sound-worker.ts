import { type Line, serveBridge } from '@advect/web/bridge';
import { timedNotes } from '../codec/midi-notes.js';
import { midiOfPiece } from '../codec/piece-midi.js';
import { synthesiseInSteps, synthesiseParts } from '../render/synthesise.js';
import type { SoundVerbs } from './sound/sound-verbs.js';

serveBridge<SoundVerbs>(globalThis as unknown as Line, {
  async stems({ piece, instrument, apart }, { signal, progress, give }) {
    const notes = timedNotes(midiOfPiece(piece));
    const options = { ...(instrument && { instruments: instrument }), signal, onProgress: (share: number) => progress(() => share) };
    if (!apart) {
      const { sampleRate, channels } = await synthesiseInSteps(notes, options);
      return { sampleRate, channels: channels.map(give) };
    }
    const sounding = piece.parts.filter((part) => part.notes.length > 0);
    const sounds = await synthesiseParts(notes, sounding.length, options);
    const silence = new Float32Array(sounds[0].channels[0].length);
    const channels = piece.parts.flatMap((part) => sounds[sounding.indexOf(part)]?.channels ?? [silence.slice(), silence.slice()]);
    return { sampleRate: sounds[0].sampleRate, channels: channels.map(give) };
  },
});
