import { type Score, stepsPerBar, stepsPerBeat, voiceCount } from '../../../score.js';

interface Props {
  readonly score: Score;
  /** Of each cell, [step, voice]. */
  readonly bits: Float32Array;
  /** Goes to a step. */
  readonly onJump: (step: number) => void;
}

/** Bits of each beat, all voices together. */
export function bitsOfBeats({ steps }: Score, bits: Float32Array): number[] {
  const cellsPerBeat = stepsPerBeat * voiceCount;
  return Array.from({ length: Math.ceil(steps / stepsPerBeat) }, (_, beat) =>
    bits.subarray(beat * cellsPerBeat, (beat + 1) * cellsPerBeat).reduce((sum, b) => sum + b, 0),
  );
}

/** Where the surprise lies in time: a bar for each beat, as high as its bits; a click goes there. */
export function SurpriseStrip({ score, bits, onJump }: Props) {
  const beats = bitsOfBeats(score, bits);
  const most = Math.max(8, ...beats);
  const place = (beat: number): string =>
    `bar ${Math.floor((beat * stepsPerBeat) / stepsPerBar) + 1} beat ${(beat % (stepsPerBar / stepsPerBeat)) + 1}`;
  return (
    <figure class="surprise-strip">
      <div class="beats">
        {beats.map((value, beat) => (
          <button
            key={beat}
            type="button"
            class="beat"
            title={`${place(beat)}: ${value.toFixed(1)} bits`}
            aria-label={`${place(beat)}: ${value.toFixed(1)} bits. Go there.`}
            tabIndex={beat === 0 ? 0 : -1}
            onClick={() => onJump(beat * stepsPerBeat)}
            onKeyDown={(event) => walk(event)}
          >
            <span
              style={{ height: `${(100 * Math.max(0, value)) / most}%`, '--heat': `${Math.round((100 * Math.max(0, value)) / most)}%` }}
            />
          </button>
        ))}
      </div>
      <figcaption>bits in each beat; the highest bar is {most.toFixed(0)}</figcaption>
    </figure>
  );
}

/** Arrows walk from beat to beat. */
function walk(event: KeyboardEvent): void {
  const here = event.currentTarget as HTMLElement;
  const next = event.key === 'ArrowRight' ? here.nextElementSibling : event.key === 'ArrowLeft' ? here.previousElementSibling : undefined;
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}
