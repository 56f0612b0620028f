import { type Panel, panelJob, Range, RunButton } from '@advect/web';
import { signal } from '@preact/signals';
import type { PictureForm } from '../../../data/picture-set.js';
import type { Session } from '../../state/session.js';
import { labelInWords } from '../../view/labels-in-words.js';
import type { Choice, Desk } from '../desk/desk.js';
import { frameOf } from '../save/film.js';
import { PictureChoice } from '../ui/picture-choice.js';
import { Shown } from '../ui/shown.js';

const seed = 0;

/** A way to make a picture more typical or more daring, with the places that its slider stops at; one of them is the picture itself. */
interface Kind {
  readonly id: 'radius' | 'pull';
  readonly title: string;
  readonly about: string;
  readonly label: string;
  readonly opens: string;
  readonly stops: readonly number[];
  readonly itself: number;
  words(stop: number): string;
}

const kinds: readonly Kind[] = [
  {
    id: 'radius',
    title: 'More typical, more daring: the length of its noise',
    about: 'Its noise drawn in towards the middle, where the model is at its most usual, or pushed out to the rare.',
    label: 'Typical to daring, by the length of the noise',
    opens: 'Open the dial of its noise',
    stops: [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3],
    itself: 1,
    words: (stop) => (stop === 1 ? 'as it is' : `${Math.round(100 * Math.abs(stop - 1))} % ${stop < 1 ? 'more typical' : 'more daring'}`),
  },
  {
    id: 'pull',
    title: 'More typical, more daring: along ∇log\u00a0p',
    about: 'On its way from the same noise it is pulled up the gradient of its log-density, to what is more probable, or down it.',
    label: 'Typical to daring, along ∇log p',
    opens: 'Open the dial of ∇log p',
    stops: [0.4, 0.3, 0.2, 0.1, 0, -0.1, -0.2, -0.3, -0.4],
    itself: 0,
    words: (stop) => (stop === 0 ? 'as it is' : `pulled ${stop > 0 ? 'up' : 'down'} by ${Math.abs(stop)}`),
  },
];

interface Dialled {
  readonly of: Choice;
  readonly kind: Kind;
  readonly form: PictureForm;
  readonly pictures: Uint8Array;
  readonly bits: readonly number[];
}

interface Swapped {
  readonly of: Choice;
  /** Those that were taken to go on with. */
  readonly taken: readonly Choice[];
  readonly form: PictureForm;
  readonly pictures: Uint8Array;
  readonly labels: readonly number[];
}

/** The same noise read otherwise: under another class, or shorter and longer. */
export function editPanel(session: Session, desk: Desk): Panel {
  const { model, measuring, studio, announcer } = session;
  const [swapJob, radiusJob, pullJob] = [panelJob(session), panelJob(session), panelJob(session)];
  const jobs = { radius: radiusJob, pull: pullJob };
  const swapped = signal<Swapped | undefined>(undefined);
  const dialled = { radius: signal<Dialled | undefined>(undefined), pull: signal<Dialled | undefined>(undefined) };
  const places = { radius: signal(0), pull: signal(0) };

  const swap = (subject: Choice): Promise<void> =>
    swapJob.start(async (abort) => {
      const { form } = model.value!;
      const labels = form.classes.map((_, label) => label);
      const { pictures } = await studio.call('swap', { subject: bare(subject), labels, seed }, { signal: abort });
      swapped.value = { of: subject, taken: [], form, pictures, labels };
      announcer.say(`The same hand in ${labels.length} classes.`);
    });
  const turn = (kind: Kind, subject: Choice): Promise<void> =>
    jobs[kind.id].start(async (abort) => {
      const { form } = model.value!;
      const { pictures, bitsPerDim } = await studio.call(
        'dial',
        { subject: bare(subject), by: kind.id, stops: kind.stops, solver: measuring.value, seed },
        { signal: abort, onProgress: ({ done, total }) => (jobs[kind.id].share.value = done / total) },
      );
      dialled[kind.id].value = { of: subject, kind, form, pictures, bits: bitsPerDim };
      places[kind.id].value = kind.stops.indexOf(kind.itself);
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
          {kinds.map((kind) => (
            <Dial key={kind.id} kind={kind} subject={subject} form={form} />
          ))}
        </div>
      </div>
    );
  }

  function Swap({ subject, form }: { readonly subject: Choice; readonly form: PictureForm }) {
    // Whoever chooses one of them still sees the others.
    const done = swapped.value && [swapped.value.of, ...swapped.value.taken].includes(subject) ? swapped.value : undefined;
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
                aria-pressed={done.taken.at(-1) === subject && subject.label === label}
                onClick={() => {
                  const taken = desk.add({
                    name: `As ${form.classes[label]}`,
                    levels: frameOf({ frames: done.pictures, count: done.labels.length }, i).slice(),
                    label,
                  });
                  swapped.value = { ...done, taken: [...done.taken, taken] };
                }}
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

  function Dial({ kind, subject, form }: { readonly kind: Kind; readonly subject: Choice; readonly form: PictureForm }) {
    const { stops } = kind;
    const made = dialled[kind.id].value;
    const done = made?.of === subject ? made : undefined;
    const at = places[kind.id];
    const levels = done && frameOf({ frames: done.pictures, count: stops.length }, at.value);
    const words = kind.words(stops[at.value]);
    return (
      <section class="part" aria-label={kind.title}>
        <h3>{kind.title}</h3>
        <p class="hint">{kind.about}</p>
        {done && levels ? (
          <div class="dial">
            <div class="screen small">
              <Shown levels={levels} form={form} alt={`${subject.name}, ${words}`} />
            </div>
            <div>
              <Range
                id={`dial-${kind.id}`}
                label={kind.label}
                min={0}
                max={stops.length - 1}
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
            <RunButton job={jobs[kind.id]} does={kind.opens} onRun={() => void turn(kind, subject)} />
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
