import type { Session } from '../../state/session.js';
import { MelodyStrip } from './melody-strip.js';
import type { Take } from './take.js';

/** Recording a melody, what has been recorded, and what can be made of it. */
export function RecordPart({ session, take }: { readonly session: Session; readonly take: Take }) {
  const { settings, rework, busy, model, sounding } = session;
  const { bars, tempo } = settings.value;
  const count = take.counting.value;
  const melody = take.melody.value;
  return (
    <section class="column part">
      <h3>Record a melody</h3>
      <p class="hint">
        Four beats are counted, then {bars} bars at {tempo} beats in a minute. What you play goes to the nearest eighth, and becomes the
        soprano of the piece.
      </p>
      <div class="row">
        {count === undefined ? (
          <button type="button" class="main" onClick={() => void take.start().catch(session.report)}>
            Record
          </button>
        ) : (
          <>
            <button type="button" class="main" onClick={take.finish} disabled={count > 0}>
              Done
            </button>
            <button type="button" onClick={take.drop}>
              Cancel
            </button>
            <output class="count" aria-live="assertive">
              {count > 0 ? count : 'Play'}
            </output>
          </>
        )}
      </div>
      {melody && <MelodyStrip melody={melody} at={count === 0 ? take.step.value : undefined} signature={sounding.value.key} />}
      {melody && count === undefined && (
        <div class="row">
          <button type="button" class="main" disabled={busy.value || !model.value} onClick={() => void rework()}>
            Harmonise it
          </button>
          <button type="button" onClick={take.takeBack}>
            Undo the take
          </button>
        </div>
      )}
    </section>
  );
}
