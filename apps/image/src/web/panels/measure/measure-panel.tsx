import { type Panel, panelJob, RunButton } from '@advect/web';
import { type Signal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PictureForm } from '../../../data/picture-set.js';
import type { Session } from '../../state/session.js';
import type { Choice, Desk } from '../desk/desk.js';
import { HeatMap } from '../heat/heat-map.js';
import { PictureChoice } from '../ui/picture-choice.js';
import { Shown } from '../ui/shown.js';
import type { Encoding, Measurement, Surprise } from '../work/verbs.js';
import { Figures } from './figures-of.js';
import type { Findings } from './findings.js';
import { Given } from './given.js';
import { pngSize } from './png-size.js';

/** Of all noise, as the command line's `score`. */
const seed = 0;

/** A picture of one's own under the model: how probable, where it is surprising, and its noise. */
export function measurePanel(session: Session, desk: Desk): Panel {
  const { model, measuring, studio } = session;
  const job = panelJob(session);
  const found = signal<Findings | undefined>(undefined);

  const look = (choice: Choice): Promise<void> =>
    job.start(async (abort) => {
      const { form } = model.value!;
      const { levels } = choice;
      const add = (part: Partial<Findings>): void => {
        if (!abort.aborted) found.value = { ...(found.value?.of === choice ? found.value : {}), of: choice, ...part };
      };
      add({ pngBytes: await pngSize(levels, form) });
      const manner = { solver: measuring.value, seed };
      const heard = (measurement: Measurement): void => {
        add({ measurement, ...(choice.label === -1 && measurement.pixels && { surprise: surpriseOf(measurement) }) });
        job.share.value = (0.4 * measurement.done) / measurement.draws;
      };
      heard(await studio.call('measure', { ...manner, levels }, { signal: abort, onProgress: heard }));
      if (!found.value?.surprise)
        add({ surprise: await studio.call('surprise', { ...manner, levels, label: choice.label }, { signal: abort }) });
      job.share.value = 0.5;
      const encoded = (encoding: Encoding): void => {
        add({ encoding });
        job.share.value = 0.75;
      };
      encoded(await studio.call('encode', { levels, label: choice.label, seed }, { signal: abort, onProgress: encoded }));
      const { bitsPerDim, standardError, percentile } = found.value!.measurement!;
      session.announcer.say(
        `${bitsPerDim.toFixed(2)} bits per dimension, plus or minus ${standardError.toFixed(2)}; more usual than ${Math.round(percentile)} of 100 held-out pictures.`,
      );
    });

  function View() {
    const facts = model.value;
    const subject = desk.subject.value;
    useEffect(() => {
      if (!subject || found.value?.of === subject) return;
      const timer = setTimeout(() => void look(subject), 250);
      return () => clearTimeout(timer);
    }, [subject]);
    if (!facts) return null;
    return (
      <div class="columns">
        <div class="column">
          <Given session={session} desk={desk} form={facts.form} />
          <PictureChoice
            label="Pictures at hand"
            desk={desk}
            form={facts.form}
            chosen={subject}
            onChoose={(choice) => (desk.subject.value = choice)}
          />
        </div>
        <div class="column" aria-busy={job.busy.value}>
          {subject && (
            <>
              <Faces findings={found} subject={subject} form={facts.form} />
              <div class="row">
                <RunButton job={job} does="Measure again" onRun={() => void look(subject)} />
              </div>
              {found.value?.of === subject && <Figures findings={found.value} form={facts.form} heldOut={facts.heldOut} />}
            </>
          )}
        </div>
      </div>
    );
  }

  return {
    id: 'measure',
    title: 'Your picture',
    about:
      'How probable a picture is to this model, where its bits lie, and the noise that it flows from. Drop one anywhere on the page, paste it, or draw.',
    View,
  };
}

/** Where the bits lie of a picture whose class is not known: the measurement has it from the same solves. */
const surpriseOf = ({ pixels, done }: Measurement): Surprise => ({
  bits: pixels!,
  total: pixels!.reduce((sum, v) => sum + v, 0),
  draws: done,
});

interface FacesProps {
  readonly findings: Signal<Findings | undefined>;
  readonly subject: Choice;
  readonly form: PictureForm;
}

/** The picture, its noise and its surprise side by side. */
function Faces({ findings, subject, form }: FacesProps) {
  const known = findings.value?.of === subject ? findings.value : undefined;
  return (
    <div class="faces">
      <figure>
        <Shown levels={subject.levels} form={form} alt={subject.name} />
        <figcaption>
          {subject.name}
          {subject.remarks?.map((remark) => (
            <span key={remark} class="remark">
              {remark}
            </span>
          ))}
        </figcaption>
      </figure>
      <figure data-waiting={!known?.encoding}>
        {known?.encoding ? (
          <Shown levels={known.encoding.noise} form={form} alt={`The noise of ${subject.name}`} />
        ) : (
          <span class="shown" />
        )}
        <figcaption>its noise, at t = 0</figcaption>
      </figure>
      {known?.surprise ? (
        <HeatMap title="surprise of each pixel" unit="bits" values={known.surprise.bits} size={form.size} />
      ) : (
        <figure data-waiting>
          <span class="shown" />
          <figcaption>surprise of each pixel</figcaption>
        </figure>
      )}
    </div>
  );
}
