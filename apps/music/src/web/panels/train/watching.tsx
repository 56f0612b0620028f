import { Curves } from '@advect/web';
import { keyInWords } from '../../roll/note-words.js';
import type { EarlyTune, TrainingProgress } from './verbs.js';

interface Props {
  readonly now: TrainingProgress;
  readonly tune: EarlyTune | undefined;
  readonly onPlay: (tune: EarlyTune) => void;
}

/** The curves of a training, and what the model composes by now. */
export function Watching({ now, tune, onPlay }: Props) {
  return (
    <>
      <p class="live-line">
        <output>{now.step}</output> updates, <output>{Math.round(now.seconds)}</output> s
      </p>
      <Curves curve={now.curve} of="pieces" />
      {tune && (
        <p class="row early-tune">
          <button type="button" onClick={() => onPlay(tune)}>
            Hear it now
          </button>
          <span class="hint">
            Four bars in {keyInWords(tune.key)}, as after {tune.step} updates; always from the same noise. They are laid on the desk.
          </span>
        </p>
      )}
    </>
  );
}
