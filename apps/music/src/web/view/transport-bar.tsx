import { Icon } from '@advect/web';
import { transposeKey } from '../../data/musical-key.js';
import { isSilent, stepsPerBar } from '../../score.js';
import { barsInWords, keyInWords } from '../roll/note-words.js';
import { soundRuns } from '../sound/audio.js';
import type { Actions } from '../state/actions.js';
import type { Session } from '../state/session.js';
import { PlayButton } from './play-button.js';

/** Play, and what it plays. */
export function TransportBar({ session, actions }: { readonly session: Session; readonly actions: Actions }) {
  const { player, settings, change, work, score, busy, undo, redo, canUndo, canRedo } = session;
  const { seed, index, loop, tempo, transpose } = settings.value;
  const { origin, key } = work.value;
  const state = player.state.value;
  const silent = isSilent(score.value);
  const madeBy = `seed ${seed}${index > 0 ? `, tune ${index}` : ''}`;
  const from = origin?.verb === 'open' ? `from ${origin.name}` : 'with your changes';
  const bars = Math.ceil(score.value.steps / stepsPerBar);
  return (
    <div class="transport">
      <PlayButton player={player} />
      <div class="piece">
        <h2>{silent ? 'A chorale is on its way …' : `Chorale in ${keyInWords(transposeKey(key, transpose))}`}</h2>
        <p>
          {barsInWords(bars)} · ♩ = {tempo} · {silent || origin?.verb === 'compose' ? madeBy : from}
          {!soundRuns.value && state === 'stopped' && <span class="gesture"> · press Play</span>}
          {state === 'preparing' && <span class="gesture"> · {silent ? 'it plays as soon as it is there' : 'rendering …'}</span>}
        </p>
      </div>
      <div class="transport-tools">
        {origin?.verb === 'compose' && origin.sketch && !busy.value && (
          <button
            type="button"
            title="This is a quick sketch: one candidate in few steps. Takes the time for the best."
            onClick={actions.refine}
          >
            Refine
          </button>
        )}
        <button
          type="button"
          class="icon"
          aria-label="Loop"
          title="Loop: the selection, or all"
          aria-pressed={loop}
          onClick={() => change({ loop: !loop })}
        >
          <Icon shape="loop" />
        </button>
        <button type="button" class="icon" aria-label="Undo" title="Undo (Ctrl + Z)" disabled={!canUndo.value || busy.value} onClick={undo}>
          <Icon shape="undo" />
        </button>
        <button type="button" class="icon" aria-label="Redo" title="Redo (Ctrl + Y)" disabled={!canRedo.value || busy.value} onClick={redo}>
          <Icon shape="redo" />
        </button>
      </div>
    </div>
  );
}
