import type { Actions } from '../state/actions.js';
import type { Session } from '../state/session.js';

/** The chorale tab: roll, playing and composing. */
export function ChoraleView({ session, actions }: { readonly session: Session; readonly actions: Actions }) {
  const { player, busy } = session;
  return (
    <div class="stage">
      <button type="button" class="main" onClick={player.toggle}>
        {player.state.value === 'stopped' ? 'Play' : 'Stop'}
      </button>
      <button type="button" onClick={actions.compose} disabled={busy.value}>
        Compose
      </button>
    </div>
  );
}
