import { notesOf, voiceCount } from '../../../score.js';
import { gainsOf } from '../../state/mixing.js';
import type { Session } from '../../state/session.js';
import { followSteps, tooLate } from '../../sound/follow-steps.js';

type Device = Pick<MIDIOutput, 'send'>;
type Playing = Pick<Session, 'score' | 'mixing'> & {
  readonly player: Pick<Session['player'], 'state' | 'position' | 'secondsTo'>;
  readonly settings: { peek(): Pick<ReturnType<Session['settings']['peek']>, 'transpose'> };
};

/**
 * Plays what the page plays on a MIDI device as well, at the same times by the audio clock: a channel for each voice, loud as it is
 * mixed. The result ends it, and every note with it.
 */
export function playOnDevice({ player, score, settings, mixing }: Playing, device: Device): () => void {
  const sounding = new Map<number, number>();
  // What was sent ahead may wait still where playing goes on elsewhere: nothing overtakes it.
  const latest = new Float64Array(voiceCount);
  const send = (voice: number, kind: number, pitch: number, velocity: number, time: number): void => {
    latest[voice] = Math.max(latest[voice], time);
    device.send([kind | voice, pitch, velocity], latest[voice]);
  };
  const end = (voice: number, time: number): void => {
    const pitch = sounding.get(voice);
    if (pitch === undefined) return;
    send(voice, 0x80, pitch, 0, time);
    sounding.delete(voice);
  };
  return followSteps({
    player,
    steps: () => score.peek().steps + 1,
    due(step, seconds) {
      const time = performance.now() + 1000 * Math.max(0, seconds);
      const gains = gainsOf(mixing.parts.peek());
      for (let voice = 0; voice < voiceCount; voice++) {
        const notes = notesOf(score.peek(), voice);
        if (notes.some(({ start, length }) => start + length === step)) end(voice, time);
        if (seconds < -tooLate) continue;
        // A note that lasts already is begun late where playing begins in the middle of it, or its beginning was missed.
        const note = notes.find(({ start, length }) => start <= step && step < start + length);
        const velocity = Math.round(90 * gains[voice]);
        if (!note || velocity === 0 || (note.start < step && sounding.has(voice))) continue;
        const pitch = Math.min(127, Math.max(0, note.pitch + settings.peek().transpose));
        end(voice, time);
        send(voice, 0x90, pitch, velocity, time);
        sounding.set(voice, pitch);
      }
    },
    broken() {
      for (let voice = 0; voice < voiceCount; voice++) end(voice, performance.now());
    },
  });
}
