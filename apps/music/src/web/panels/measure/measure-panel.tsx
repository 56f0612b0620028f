import { Figure, type Panel, panelJob, RunButton, withError } from '@advect/web';
import { computed, effect, signal } from '@preact/signals';
import { windowSteps } from '../../../data/windows.js';
import { faultsOf, type PlacedFault } from '../../../metrics/faults.js';
import { checkVoiceLeading } from '../../../metrics/voice-leading.js';
import { type Standing, standingOf } from '../../../model/held-out.js';
import type { PieceBits } from '../../../model/piece-bits.js';
import { type Score, stepsPerBar, voiceNames } from '../../../score.js';
import { keyInWords } from '../../roll/note-words.js';
import type { Session } from '../../state/session.js';
import { BarList } from './bar-list.js';
import { FaultReport } from './fault-report.js';

/** What of each cell is shown on the roll. */
const maps = {
  surprise: { title: 'surprise at each note, given the rest', from: 'surprise' },
  bound: { title: 'share of the bits of each note', from: 'cells' },
} as const;

type MapName = keyof typeof maps;

interface Findings {
  readonly of: Score;
  readonly bits: PieceBits;
}

const seed = 0;

/** How probable the piece is to the model, where it is not, and what the rules say of it. */
export function measurePanel(session: Session): Panel {
  const { model, score, key, surprise, selection, studio, player, announcer } = session;
  const job = panelJob(session);
  const found = signal<Findings | undefined>(undefined);
  const draws = signal(0);
  const map = signal<MapName>('surprise');
  const faults = computed(() => faultsOf(score.value));
  const leading = computed(() => checkVoiceLeading(score.value));
  const known = computed(() => (found.value && isSame(found.value.of, score.value) ? found.value.bits : undefined));
  const standing = computed(() => {
    const heldOut = model.value?.heldOut;
    return known.value && heldOut && standingOf(known.value.denoising.bitsPerNote, score.value.steps, heldOut);
  });
  effect(() => {
    surprise.value = known.value?.[maps[map.value].from];
  });

  const look = (): Promise<void> =>
    job.start(async (abort) => {
      const of = score.value;
      const bits = await studio.call(
        'measure',
        { score: of, key: key.value, seed, draws: draws.value },
        { signal: abort, onProgress: (share) => (job.share.value = share) },
      );
      found.value = { of, bits };
      const odd = bits.bars.filter((bar) => bar.odd).map(({ bar }) => bar);
      announcer.say(`${bits.denoising.bitsPerNote.toFixed(2)} bits per note.${odd.length > 0 ? ` Odd: bar ${odd.join(', ')}.` : ''}`);
    });

  function jump(from: number, to: number, voices: readonly number[]): void {
    player.seek(from);
    selection.value = { from, to, voices };
  }
  const jumpToBar = (bar: number): void =>
    jump((bar - 1) * stepsPerBar, Math.min(score.value.steps, bar * stepsPerBar), [...voiceNames.keys()]);
  const jumpToFault = ({ step, voices }: PlacedFault): void => jump(step, step + 1, voices);

  function View() {
    const bits = known.value;
    const short = score.value.steps < windowSteps;
    return (
      <div class="columns">
        <div class="column">
          <div class="field">
            <label for="measure-draws">How closely</label>
            <select id="measure-draws" value={draws.value} onChange={(event) => (draws.value = Number(event.currentTarget.value))}>
              <option value="0">A bound for each bar: seconds</option>
              <option value="2">And the flow’s own, 2 draws: some ten seconds for four bars</option>
              <option value="8">And the flow’s own, 8 draws</option>
            </select>
          </div>
          <div class="row">
            <RunButton
              job={job}
              does={found.value && !bits ? 'Measure again' : 'Measure'}
              disabled={!model.value || short}
              onRun={() => void look()}
            />
          </div>
          {!bits && (
            <p class="hint">
              {short
                ? 'The model measures four bars at a time: let the piece grow first. The voice leading is told of any.'
                : found.value
                  ? 'The piece has changed since it was measured.'
                  : 'How many bits the model needs for each bar, which is odd, and how it is surprised at each note.'}
            </p>
          )}
          {bits && (
            <>
              <Numbers bits={bits} standing={standing.value} />
              <div class="field">
                <label for="measure-map">On the roll</label>
                <select id="measure-map" value={map.value} onChange={(event) => (map.value = event.currentTarget.value as MapName)}>
                  {Object.entries(maps).map(([name, { title }]) => (
                    <option key={name} value={name}>
                      {title}
                    </option>
                  ))}
                </select>
                <p class="hint">
                  {map.value === 'surprise'
                    ? '−log₂ p of each note at a glimpse of everything through noise: the rest explains a calm one. It is no share of the piece’s probability.'
                    : 'The bound is a sum over cells: these add up to it. Held notes count where they are decided.'}
                </p>
              </div>
            </>
          )}
        </div>
        <div class="column">
          {bits && <BarList bars={bits.bars} onJump={jumpToBar} />}
          <FaultReport faults={faults.value} leading={leading.value} onJump={jumpToFault} />
        </div>
      </div>
    );
  }

  return {
    id: 'measure',
    title: 'Surprise',
    about: 'How probable the piece is to the model, which bar is odd, and what the rules of four-part writing hold against it.',
    View,
  };
}

const isSame = (a: Score, b: Score): boolean => a === b || (a.steps === b.steps && a.pitches.every((pitch, i) => pitch === b.pitches[i]));

/** Of the whole piece. */
const Numbers = ({
  bits: { denoising, flow, notes, folded, key },
  standing,
}: {
  readonly bits: PieceBits;
  readonly standing: Standing | undefined;
}) => (
  <dl class="figures">
    <Figure
      name="Bits per note"
      value={withError(denoising.bitsPerNote, denoising.standardError)}
      hint="by the denoising bound, an upper bound in expectation; held pitches count once"
    />
    {standing && (
      <Figure
        name="More usual than"
        value={`${Math.round(standing.percentile)} %`}
        hint={`of ${standing.count} ${standing.among} that the model never saw. It says how usual the piece is, not how good.`}
      />
    )}
    {flow && (
      <Figure
        name="By the flow itself"
        value={withError(flow.bitsPerNote, flow.standardError)}
        hint="bits per note by its own density, each four bars by themselves: an upper bound in expectation, too"
      />
    )}
    <Figure
      name="Notes"
      value={notes}
      hint={`measured in ${keyInWords(key)}${folded > 0 ? `; ${folded} eighths lie outside the model’s range and were shown to it octaves off` : ''}`}
    />
  </dl>
);
