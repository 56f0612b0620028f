import type { Panel } from '@advect/web';
import { useEffect } from 'preact/hooks';
import { fewestPieces } from '../../../lessons/gather.js';
import type { Session } from '../../state/session.js';
import { KeptModels } from './kept-models.js';
import { lessonOf } from './lesson.js';
import { LessonForm } from './lesson-form.js';
import { createMaterial, type Material } from './material.js';
import { createTraining, type Outcome, type Training } from './training.js';
import type { EarlyTune } from './verbs.js';
import { Watching } from './watching.js';

/** A model of one's own pieces, trained in a worker beside the one that composes. */
export function trainPanel(session: Session): Panel {
  const material = createMaterial();
  const training = createTraining(session);
  let asked = false;
  const hear = ({ score, key }: EarlyTune): void => {
    session.put({ score, key });
    session.player.seek(0);
    void session.player.play();
  };

  function View() {
    useEffect(() => {
      if (asked) return;
      asked = true;
      void training.recall();
    }, []);
    const { job, progress, outcome, models } = training;
    const done = outcome.value;
    const now = progress.value;
    return (
      <div class="columns train">
        <div class="column">
          <LessonForm material={material} disabled={job.busy.value} session={session} />
          <Manner training={training} open={session.model.value?.name} />
          <Buttons training={training} material={material} />
          <KeptModels
            list={models.value}
            onOpen={(model) => void training.use(model)}
            onSave={training.save}
            onForget={(model) => void training.forget(model)}
          />
        </div>
        <div class="column" aria-busy={job.busy.value}>
          {now ? <Watching now={now} tune={done?.result.tune ?? now.tune} onPlay={hear} /> : <Steps />}
          {done && <Ready outcome={done} training={training} />}
        </div>
      </div>
    );
  }
  return {
    id: 'train',
    title: 'Train',
    about: 'A model of your own four-part pieces, trained in this browser. Nothing is sent anywhere.',
    View,
  };
}

const Steps = () => (
  <ol class="steps">
    <li>Choose a folder of pieces in four voices. What cannot be learned from is left out, and the reason is shown.</li>
    <li>Train for three minutes. The curves appear here while it learns, and what it composes can be heard at once.</li>
    <li>Use the model on the desk, keep it in this browser, or save it for later and for the command line.</li>
  </ol>
);

/** Where training begins, and how long it lasts. */
function Manner({ training, open }: { readonly training: Training; readonly open: string | undefined }) {
  const { further, minutes, job } = training;
  const disabled = job.busy.value;
  return (
    <div class="fields">
      <div class="field">
        <label for="lesson-from">Begin with</label>
        <select
          id="lesson-from"
          value={further.value && open ? 'open' : 'new'}
          disabled={disabled}
          onChange={(event) => (further.value = event.currentTarget.value === 'open')}
        >
          {open && <option value="open">{open} (open)</option>}
          <option value="new">a small new one</option>
        </select>
      </div>
      <div class="field">
        <label for="lesson-minutes">Minutes, at most</label>
        <select
          id="lesson-minutes"
          value={minutes.value}
          disabled={disabled}
          onChange={(event) => (minutes.value = Number(event.currentTarget.value))}
        >
          {[1, 3, 10, 30, 120].map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

function Buttons({ training, material }: { readonly training: Training; readonly material: Material }) {
  const { job, pausing, paused } = training;
  const gathered = material.gathered.value;
  const count = gathered.found.length;
  const goOn = paused.value;
  return (
    <>
      <div class="row">
        {job.busy.value ? (
          <>
            <button type="button" class="main" disabled={pausing.value} onClick={training.pause}>
              {pausing.value ? 'Finishing' : 'Pause'}
            </button>
            <button type="button" onClick={training.cancel}>
              Cancel
            </button>
            <progress max={1} value={Math.min(1, job.share.value)} aria-label="Training" />
          </>
        ) : (
          <>
            <button
              type="button"
              class="main"
              disabled={count < fewestPieces || material.reading.value !== undefined}
              onClick={() => void training.start(lessonOf(material.name.value || 'my-pieces', gathered))}
            >
              Train
            </button>
            {goOn && (
              <button type="button" onClick={() => void training.goOn(goOn)}>
                Go on with {goOn.lesson.name}
              </button>
            )}
          </>
        )}
      </div>
      <p class="hint">
        {count > 0 && count < fewestPieces
          ? `${count} are too few: give ${fewestPieces} or more.`
          : 'Pausing is safe: what was learned stays, in this browser alone, and goes on from there. From few pieces a model learns much by heart: where the line of those kept apart turns up, it begins to copy.'}
      </p>
    </>
  );
}

function Ready({ outcome, training }: { readonly outcome: Outcome; readonly training: Training }) {
  const { lesson, result } = outcome;
  return (
    <>
      <p>
        <strong>{lesson.name}</strong> is ready after {result.step} updates
        {Number.isFinite(result.heldLoss) && `: ${result.heldLoss.toFixed(3)} nats for each pitch of the pieces kept apart`}.
      </p>
      <div class="row">
        <button type="button" class="main" onClick={() => void training.use(result)}>
          Use it now
        </button>
        <button type="button" onClick={() => void training.keep(outcome)}>
          Keep it in this browser
        </button>
        <button type="button" onClick={() => training.save({ name: lesson.name, files: result.files })}>
          Save the model
        </button>
      </div>
    </>
  );
}
