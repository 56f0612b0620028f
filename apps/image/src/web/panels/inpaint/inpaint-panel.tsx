import { type Panel, panelJob, Range, RunButton } from '@advect/web';
import { signal, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { PictureForm } from '../../../data/picture-set.js';
import type { Session } from '../../state/session.js';
import type { Choice, Desk } from '../desk/desk.js';
import { brush } from '../pad/brush.js';
import { Pad } from '../pad/pad.js';
import { PadTools } from '../pad/pad-tools.js';
import { raster } from '../pad/raster.js';
import { frameOf } from '../save/film.js';
import { PictureChoice } from '../ui/picture-choice.js';
import { Shown } from '../ui/shown.js';
import { paintMasked } from './mask.js';

const count = 6;

interface Completions {
  readonly of: Choice;
  readonly form: PictureForm;
  readonly pictures: Uint8Array;
  readonly seed: number;
  /** Keys of those that were taken to go on with. */
  readonly taken: readonly string[];
}

/** Paint over a part; the model makes it anew, in several ways, from what is left. */
export function inpaintPanel(session: Session, desk: Desk): Panel {
  const { model, studio } = session;
  const job = panelJob(session);
  const made = signal<Completions | undefined>(undefined);
  const seed = signal(0);
  const steps = signal(24);

  const run = (subject: Choice, mask: Float32Array): Promise<void> =>
    job.start(async (abort) => {
      const { form } = model.value!;
      const request = {
        levels: subject.levels,
        known: Uint8Array.from(mask, (v) => (v > 0.5 ? 0 : 1)),
        label: subject.label,
        count,
        seed: seed.value,
        steps: steps.value,
        // As on the command line: what suits samples of a model is too much for what must agree with the rest of a picture.
        guidance: session.settings.value.guidance ?? 1,
      };
      const { pictures, milliseconds } = await studio.call('inpaint', request, { signal: abort });
      made.value = { of: subject, form, pictures, seed: seed.value, taken: [] };
      session.announcer.say(`${count} completions in ${(milliseconds / 1000).toFixed(1)} seconds.`);
    });

  function View() {
    const facts = model.value;
    const subject = desk.subject.value;
    if (!facts || !subject) return null;
    return <Workbench key={`${facts.hash} ${facts.form.size}`} form={facts.form} subject={subject} />;
  }

  function Workbench({ form, subject }: { readonly form: PictureForm; readonly subject: Choice }) {
    const { size } = form;
    const hand = useMemo(() => brush(size, Math.max(0.5, Math.round(size / 8) / 2)), []);
    const paper = useMemo(() => ({ size, channels: 1, values: new Float32Array(size * size) }), []);
    const mask = raster(paper, hand.drawing.value.marks, 'hard');
    const open = mask.filter((v) => v > 0.5).length;
    const last = made.value?.form === form ? made.value : undefined;
    // Whoever chooses one of them still sees the others.
    const done = last && [last.of.key, ...last.taken].includes(subject.key) ? last : undefined;
    const chosen = useSignal<number | undefined>(undefined);
    return (
      <div class="columns">
        <div class="column">
          <Pad
            label={`Mask on ${subject.name}`}
            brush={hand}
            paper={paper}
            ink={[1]}
            rim="hard"
            show={(canvas, values) => paintMasked(canvas, subject.levels, values, form)}
            say={session.announcer.say}
            words={(values, pixel) => (values[pixel] > 0.5 ? 'to be made anew' : 'stays')}
          />
          <PadTools id="mask" brush={hand} keys={session.keys} />
          <div class="given">
            <button type="button" onClick={() => hand.add({ kind: 'fill', ink: [1] })}>
              Everything
            </button>
            {(['left', 'right', 'upper', 'lower'] as const).map((half) => (
              <button key={half} type="button" onClick={() => halfOf(half, size).forEach(hand.add)}>
                {`${half[0].toUpperCase()}${half.slice(1)} half`}
              </button>
            ))}
            <button type="button" onClick={() => hand.add({ kind: 'fill', ink: [0] })}>
              Nothing
            </button>
          </div>
          <p class="hint" id="mask-count">
            {open === 0
              ? 'Paint over what is to be made anew.'
              : `${open} of ${size * size} pixels are made anew, the others stay exactly as they are.`}
          </p>
        </div>
        <div class="column">
          <PictureChoice
            label="Pictures at hand"
            desk={desk}
            form={form}
            chosen={subject}
            onChoose={(choice) => (desk.subject.value = choice)}
          />
          <Range
            id="inpaint-steps"
            label="Care"
            min={8}
            max={64}
            step={8}
            value={steps.value}
            words={`${steps.value} steps`}
            hint="More steps bring the new part into better accord with the rest, and take longer."
            onInput={(value) => (steps.value = value)}
          />
          <div class="row">
            <RunButton job={job} does="Complete" disabled={open === 0} onRun={() => void run(subject, mask)} />
            <button
              type="button"
              disabled={open === 0}
              onClick={() => {
                seed.value += 1;
                void run(subject, mask);
              }}
            >
              Six others
            </button>
          </div>
          {done && (
            <div class="completions" role="group" aria-label="Completions; choose one to go on with">
              {Array.from({ length: count }, (_, i) => (
                <button
                  key={i}
                  type="button"
                  class="tile"
                  aria-pressed={chosen.value === i}
                  aria-label={`Completion ${i + 1}, seed ${done.seed}`}
                  onClick={() => {
                    chosen.value = i;
                    const taken = desk.add({
                      name: `Completion ${i + 1}`,
                      levels: frameOf({ frames: done.pictures, count }, i).slice(),
                      label: subject.label,
                      key: `completion ${done.of.key} ${done.seed} ${i}`,
                    });
                    made.value = { ...done, taken: [...done.taken, taken.key] };
                  }}
                >
                  <Shown levels={frameOf({ frames: done.pictures, count }, i)} form={form} />
                </button>
              ))}
            </div>
          )}
        </div>
      </div>
    );
  }

  return {
    id: 'inpaint',
    title: 'Inpaint',
    about: 'Paint over a part of a picture and let the model fill it, in several ways. What is not painted over stays to the last level.',
    View,
  };
}

/** A brush stroke over one half, as broad as it is. */
function halfOf(half: 'left' | 'right' | 'upper' | 'lower', size: number) {
  const middle = size / 2;
  const lines = Array.from({ length: Math.ceil(middle) }, (_, i) => (half === 'left' || half === 'upper' ? i : size - 1 - i) + 0.5);
  const path = lines.flatMap((at, i) => {
    const ends = i % 2 === 0 ? [0.5, size - 0.5] : [size - 0.5, 0.5];
    return ends.flatMap((along) => (half === 'left' || half === 'right' ? [at, along] : [along, at]));
  });
  return [{ kind: 'stroke', ink: [1], radius: 0.5, path } as const];
}
