import { Card } from '@advect/web';
import { windowSteps } from '../../data/windows.js';
import { withOpenEnd } from '../../model/draft.js';
import { isSilent, stepsPerBar } from '../../score.js';
import type { Session } from '../state/session.js';
import { mostBars } from '../state/settings.js';

/** What the model can do with the piece that is there. */
export function ChangeCard({ session }: { readonly session: Session }) {
  const { score, rework, nudge, busy } = session;
  const idle = busy.value || isSilent(score.value);
  const short = score.value.steps < windowSteps;
  const room = mostBars - Math.ceil(score.value.steps / stepsPerBar);
  return (
    <Card title="What becomes of it">
      <div class="chips" role="group" aria-label="Continue">
        {[2, 4].map((bars) => (
          <button
            key={bars}
            type="button"
            class="chip"
            disabled={idle || room < bars}
            onClick={() => void rework(withOpenEnd(score.peek(), bars))}
          >
            + {bars} bars
          </button>
        ))}
      </div>
      <div class="chips" role="group" aria-label="Length of the noise">
        <button type="button" class="chip" disabled={idle || short} onClick={() => void nudge(-1)}>
          More ordinary
        </button>
        <button type="button" class="chip" disabled={idle || short} onClick={() => void nudge(1)}>
          Bolder
        </button>
      </div>
      <p class="hint">
        {short
          ? 'Bolder and more ordinary need four bars or more: let the piece grow first.'
          : 'Bolder and more ordinary encode the piece to its noise, make that longer or shorter, and decode it; locked notes stay.'}
      </p>
    </Card>
  );
}
