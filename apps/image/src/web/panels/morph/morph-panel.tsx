import { type Panel, panelJob, Range, RunButton } from '@advect/web';
import { computed, signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Session } from '../../state/session.js';
import type { Choice, Desk } from '../desk/desk.js';
import { type Film, frameOf } from '../save/film.js';
import { FilmButtons } from '../save/film-buttons.js';
import { settingsOf } from '../save/settings-of.js';
import { PictureChoice } from '../ui/picture-choice.js';
import { Shown } from '../ui/shown.js';

const frames = 25;
const delay = 60;
const seed = 0;

interface Morph {
  readonly from: Choice;
  readonly to: Choice;
  readonly film: Film;
}

/** From one picture to another through the latent space: every frame is a picture of the model, none a double exposure. */
export function morphPanel(session: Session, desk: Desk): Panel {
  const { model, measuring, studio } = session;
  const job = panelJob(session);
  const ends = { from: signal<Choice | undefined>(undefined), to: signal<Choice | undefined>(undefined) };
  const made = signal<Morph | undefined>(undefined);
  const at = signal(0);
  const from = computed(() => fitting(ends.from.value) ?? desk.subject.value);
  const to = computed(() => fitting(ends.to.value) ?? desk.wall.value.find(({ key }) => key !== from.value?.key));
  /** What was chosen under another model is no choice under this one. */
  function fitting(choice: Choice | undefined): Choice | undefined {
    return choice && [desk.own, desk.kept, desk.wall].some((group) => group.value.some(({ key }) => key === choice.key))
      ? choice
      : undefined;
  }

  const run = (): Promise<void> =>
    job.start(async (abort) => {
      const [a, b] = [from.value!, to.value!];
      const { form } = model.value!;
      const { pictures } = await studio.call(
        'morph',
        { from: a, to: b, frames, solver: measuring.value, seed },
        { signal: abort, onProgress: ({ done, total }) => (job.share.value = done / total) },
      );
      made.value = { from: a, to: b, film: { form, frames: pictures, count: frames, delay, hold: 800 } };
      at.value = 0;
      session.announcer.say(`The morph from ${a.name} to ${b.name} is ready: ${frames} frames.`);
    });

  function View() {
    const facts = model.value;
    const side = useSignal<'from' | 'to'>('to');
    if (!facts) return null;
    const film = made.value?.film.form === facts.form ? made.value : undefined;
    const slot = (which: 'from' | 'to', choice: Choice | undefined) => (
      <button
        type="button"
        class="slot"
        aria-pressed={side.value === which}
        aria-label={`${which === 'from' ? 'From' : 'To'}: ${choice?.name ?? 'no picture yet'}. Choose another below.`}
        onClick={() => (side.value = which)}
      >
        {choice ? <Shown levels={choice.levels} form={facts.form} /> : <span class="shown" />}
        <span>{which === 'from' ? 'From' : 'To'}</span>
      </button>
    );
    return (
      <div class="columns">
        <div class="column">
          <div class="slots">
            {slot('from', from.value)}
            <span class="arrow" aria-hidden="true">
              →
            </span>
            {slot('to', to.value)}
          </div>
          <PictureChoice
            label={side.value === 'from' ? 'Where it begins' : 'Where it ends'}
            desk={desk}
            form={facts.form}
            chosen={side.value === 'from' ? from.value : to.value}
            onChoose={(choice) => (ends[side.value].value = choice)}
          />
          <div class="row">
            <RunButton job={job} does="Morph" disabled={!from.value || !to.value} onRun={() => void run()} />
            <button
              type="button"
              onClick={() => ([ends.from.value, ends.to.value] = [to.value, from.value])}
              disabled={!from.value || !to.value}
            >
              Swap ends
            </button>
          </div>
        </div>
        <div class="column">
          {film ? (
            <Player morph={film} at={at} session={session} desk={desk} />
          ) : (
            <p class="hint">
              Both pictures are carried to their noise; between the two, points of a sphere are carried back. Each frame is a picture that
              the model itself would make.
            </p>
          )}
        </div>
      </div>
    );
  }

  return {
    id: 'morph',
    title: 'Morph',
    about: 'From one picture to another along the flow: a path of real pictures in place of a fade.',
    View,
  };
}

interface PlayerProps {
  readonly morph: Morph;
  readonly at: { value: number };
  readonly session: Session;
  readonly desk: Desk;
}

/** Shows a morph, with a slider, by itself, and as a strip. */
function Player({ morph: { from, to, film }, at, session, desk }: PlayerProps) {
  const playing = useSignal(false);
  const { form, count } = film;
  useEffect(() => {
    if (!playing.value) return;
    let direction = 1;
    const timer = setInterval(() => {
      if (at.value + direction < 0 || at.value + direction >= count) direction = -direction;
      at.value += direction;
    }, delay);
    return () => clearInterval(timer);
  }, [playing.value, film]);
  const words = `frame ${at.value + 1} of ${count}`;
  return (
    <>
      <div class="screen">
        <Shown levels={frameOf(film, at.value)} form={form} alt={`Morph from ${from.name} to ${to.name}, ${words}`} />
      </div>
      <Range
        id="morph-place"
        label="Way"
        min={0}
        max={count - 1}
        step={1}
        value={at.value}
        words={words}
        onInput={(value) => {
          playing.value = false;
          at.value = value;
        }}
      />
      <div class="row">
        <button type="button" aria-pressed={playing.value} onClick={() => (playing.value = !playing.value)}>
          {playing.value ? 'Pause' : 'Play'}
        </button>
        <button
          type="button"
          onClick={() =>
            desk.add({
              name: `Between ${from.name} and ${to.name}`,
              levels: frameOf(film, at.value).slice(),
              label: at.value < count / 2 ? from.label : to.label,
            })
          }
        >
          Take this frame
        </button>
      </div>
      <FilmButtons
        session={session}
        film={() => film}
        name={`morph-${session.model.value?.name ?? 'pictures'}`}
        settings={() =>
          settingsOf(
            'morph',
            session.model.value!,
            {
              seed,
              items: [],
              labels: [from.label, to.label],
              guidance: 1,
              temperature: 1,
              solver: session.measuring.value,
            },
            { frames: count, from: from.name, to: to.name },
          )
        }
      />
    </>
  );
}
