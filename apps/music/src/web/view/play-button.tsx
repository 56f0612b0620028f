import { Icon } from '@advect/web';
import type { Player } from '../sound/player.js';

/** The one big Play. */
export function PlayButton({ player, disabled = false }: { readonly player: Player; readonly disabled?: boolean }) {
  const state = player.state.value;
  const does = state === 'stopped' ? 'Play' : 'Stop';
  return (
    <button
      type="button"
      class="play"
      aria-label={does}
      title={`${does} (Space)`}
      data-state={state}
      disabled={disabled}
      onClick={player.toggle}
    >
      <Icon shape={state === 'stopped' ? 'play' : 'stop'} />
    </button>
  );
}
