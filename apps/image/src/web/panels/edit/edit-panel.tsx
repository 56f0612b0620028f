import { type Panel, panelJob, Range, RunButton } from '@advect/web';
import { signal } from '@preact/signals';
import type { PictureForm } from '../../../data/picture-set.js';
import type { Session } from '../../state/session.js';
import { labelInWords } from '../../view/labels-in-words.js';
import type { Choice, Desk } from '../desk/desk.js';
import { frameOf } from '../save/film.js';
import { PictureChoice } from '../ui/picture-choice.js';
import { Shown } from '../ui/shown.js';

/** Lengths of the noise that the dial has stops at; 1 is the picture itself. */
const scales = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3];
const itself = scales.indexOf(1);
const seed = 0;

interface Dialled {
  readonly of: Choice;
  readonly form: PictureForm;
  readonly pictures: Uint8Array;
  readonly bits: readonly number[];
}

interface Swapped {
  readonly of: Choice;
  readonly form: PictureForm;
  readonly pictures: Uint8Array;
  readonly labels: readonly number[];
}

/** The same noise read otherwise: under another class, or shorter and longer. */
export function editPanel(session: Session, desk: Desk): Panel {
  const { model, solver, studio, announcer } = session;
  const [swapJob, dialJob] = [panelJob(session), panelJob(session)];
  const swapped = signal<Swapped | undefined>(undefined);
  const dialled = signal<Dialled | undefined>(undefined);
  const at = signal(itself);

  const swap = (subject: Choice): Promise<void> =>
    swapJob.start(async (abort) => {
      const { form } = model.value!;
      const labels = form.classes.map((_, label) => label);
      const { pictures } = await studio.call('swap', { subject: bare(subject), labels, seed }, { signal: abort });
      swapped.value = { of: subject, form, pictures, labels };
      announcer.say(`The same hand in ${labels.length} classes.`);
    });
  const turn = (subject: Choice): Promise<void> =>
    dialJob.start(async (abort) => {
      const { form } = model.value!;
      const { pictures, bitsPerDim } = await studio.call(
        'dial',
        { subject: bare(subject), scales, solver: solver.value, seed },
        { signal: abort, onProgress: ({ done, total }) => (dialJob.share.value = done / total) },
      );
      dialled.value = { of: subject, form, pictures, bits: bitsPerDim };
      at.value = itself;
      announcer.say('The dial is ready.');
    });

  function View() {
    const facts = model.value;
    const subject = desk.subject.value;
    if (!facts || !subject) return null;
    const { form } = facts;
    return (
      <div class="columns">
        <div class="column">
          <div class="screen small">
            <Shown levels={subject.levels} form={form} alt={subject.name} />
          </div>
          {form.classes.length > 1 && (
            <div class="field">
              <label for="subject-class">Its class</label>
              <select
                id="subject-class"
                value={typeof subject.label === 'number' ? subject.label : -2}
                onChange={(event) => desk.relabel(Number(event.currentTarget.value))}
              >
                {typeof subject.label !== 'number' && <option value={-2}>{labelInWords(subject.label, form.classes)}</option>}
                <option value={-1}>not known</option>
                {form.classes.map((name, label) => (
                  <option key={name} value={label}>
                    {name}
                  </option>
                ))}
              </select>
            </div>
          )}
          <PictureChoice
            label="Pictures at hand"
            desk={desk}
            form={form}
            chosen={subject}
            onChoose={(choice) => (desk.subject.value = choice)}
          />
        </div>
        <div class="column">
          {form.classes.length > 1 && <Swap subject={subject} form={form} />}
          <Dial subject={subject} form={form} />
        </div>
      </div>
    );
  }

  function Swap({ subject, form }: { readonly subject: Choice; readonly form: PictureForm }) {
    const done = swapped.value?.of === subject ? swapped.value : undefined;
    return (
      <section class="part" aria-label="Another class">
        <h3>The same noise, another class</h3>
        <p class="hint">
          {subject.label === -1
            ? 'Its class is not known: say it on the left, or its noise is taken without one and shares less with the others.'
            : 'What all classes share, such as slant and stroke, stays; what makes the class changes.'}
        </p>
        <div class="row">
          <RunButton job={swapJob} does="Show it in every class" onRun={() => void swap(subject)} />
        </div>
        {done && (
          <div class="completions many" role="group" aria-label="The picture in other classes; choose one to go on with">
            {done.labels.map((label, i) => (
              <button
                key={label}
                type="button"
                class="tile named"
                aria-label={`As ${form.classes[label]}`}
                onClick={() =>
                  desk.add({
                    name: `As ${form.classes[label]}`,
                    levels: frameOf({ frames: done.pictures, count: done.labels.length }, i).slice(),
                    label,
                  })
                }
              >
                <Shown levels={frameOf({ frames: done.pictures, count: done.labels.length }, i)} form={form} />
                <span>{form.classes[label]}</span>
              </button>
            ))}
          </div>
        )}
      </section>
    );
  }

  function Dial({ subject, form }: { readonly subject: Choice; readonly form: PictureForm }) {
    const done = dialled.value?.of === subject ? dialled.value : undefined;
    const levels = done && frameOf({ frames: done.pictures, count: scales.length }, at.value);
    const words = wordsOf(scales[at.value]);
    return (
      <section class="part" aria-label="More typical or more daring">
        <h3>More typical, more daring</h3>
        <p class="hint">Its noise drawn in towards the middle, where the model is at its most usual, or pushed out to the rare.</p>
        {done && levels ? (
          <div class="dial">
            <div class="screen small">
              <Shown levels={levels} form={form} alt={`${subject.name}, ${words}`} />
            </div>
            <div>
              <Range
                id="dial"
                label="Typical to daring"
                min={0}
                max={scales.length - 1}
                step={1}
                value={at.value}
                words={words}
                onInput={(value) => (at.value = value)}
              />
              <p class="live">
                <output>{done.bits[at.value].toFixed(2)}</output> bits/dim
              </p>
              <button
                type="button"
                onClick={() => desk.add({ name: `${subject.name}, ${words}`, levels: levels.slice(), label: subject.label })}
              >
                Take this one
              </button>
            </div>
          </div>
        ) : (
          <div class="row">
            <RunButton job={dialJob} does="Open the dial" onRun={() => void turn(subject)} />
          </div>
        )}
      </section>
    );
  }

  return {
    id: 'edit',
    title: 'Edit',
    about: 'The same noise under another class, or nearer to what is typical, with its bits/dim.',
    View,
  };
}

const bare = ({ levels, label }: Choice) => ({ levels, label });

function wordsOf(scale: number): string {
  if (scale === 1) return 'as it is';
  const percent = Math.round(100 * Math.abs(scale - 1));
  return scale < 1 ? `${percent} % more typical` : `${percent} % more daring`;
}
