import { Icon, SeedField } from '@advect/web';
import { isSilent } from '../../score.js';
import type { Actions } from '../state/actions.js';
import type { Keepsakes } from '../state/keepsakes.js';
import type { Session } from '../state/session.js';
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
      <SeedField
        seed={seed}
        locked={seedLocked}
        onSeed={(seed) => {
          change({ seed, index: 0 });
          void session.compose();
        }}
        onNew={actions.newSeed}
        onLock={actions.toggleLock}
      />
      {busy.value && <Progress session={session} />}
      <div class="actions">
        <button
          type="button"
          aria-pressed={kept}
          disabled={busy.value || isSilent(score.value)}
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
