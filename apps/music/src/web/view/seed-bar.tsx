import type { Actions } from '../state/actions.js';
import type { Keepsakes } from '../state/keepsakes.js';
import type { Session } from '../state/session.js';
import { Icon } from './icon.js';
import { Progress } from './progress.js';

interface Props {
  readonly session: Session;
  readonly keepsakes: Keepsakes;
  readonly actions: Actions;
}

/** Where the noise comes from, and the button that composes. */
export function SeedBar({ session, keepsakes, actions }: Props) {
  const { settings, change, busy, cancel, locked, work, score } = session;
  const { seed, seedLocked } = settings.value;
  const kept = keepsakes.has(work.value);
  const around = locked.value.some(Boolean);
  return (
    <div class="bar">
      <div class="seed">
        <label for="seed">Seed</label>
        <input
          id="seed"
          type="number"
          inputMode="numeric"
          min={0}
          max={Number.MAX_SAFE_INTEGER}
          step={1}
          value={seed}
          onChange={(event) => {
            const value = event.currentTarget.valueAsNumber;
            if (!Number.isSafeInteger(value) || value < 0) {
              event.currentTarget.value = String(seed);
              return;
            }
            change({ seed: value, index: 0 });
            void session.compose();
          }}
        />
        <button type="button" class="icon" aria-label="New seed" title="New seed (R)" disabled={seedLocked} onClick={actions.newSeed}>
          <Icon shape="dice" />
        </button>
        <button
          type="button"
          class="icon"
          aria-label={seedLocked ? 'Unlock the seed' : 'Lock the seed'}
          title={`${seedLocked ? 'Unlock' : 'Lock'} the seed (L)`}
          aria-pressed={seedLocked}
          onClick={actions.toggleLock}
        >
          <Icon shape={seedLocked ? 'closed' : 'opened'} />
        </button>
      </div>
      {busy.value && <Progress session={session} />}
      <div class="actions">
        <button
          type="button"
          aria-pressed={kept}
          disabled={busy.value || score.value.pitches.every((pitch) => pitch < 0)}
          title="Keep (F)"
          onClick={() => void keepsakes.toggle()}
        >
          <Icon shape="heart" />
          {kept ? 'Kept' : 'Keep'}
        </button>
        {busy.value ? (
          <button type="button" class="main" onClick={cancel} title="Esc">
            Stop
          </button>
        ) : (
          <button type="button" class="main" onClick={actions.compose} title="Ctrl + Enter">
            {around ? 'Recompose the rest' : 'Compose'}
          </button>
        )}
      </div>
    </div>
  );
}
