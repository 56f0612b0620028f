import { Icon } from '@advect/web';
import { voiceCount, voiceNames } from '../../score.js';
import type { RollDesk } from '../roll/desk.js';
import { cellsOf } from '../state/edit-piece.js';
import type { Session } from '../state/session.js';

/** The four voices: how each is heard, whether it is locked, and which is drawn. */
export function Mixer({ session, desk }: { readonly session: Session; readonly desk: RollDesk }) {
  const { mixing, score, locked, busy } = session;
  return (
    <div class="mixer" role="group" aria-label="Voices">
      {mixing.parts.value.slice(0, voiceCount).map(({ mute, solo, volume }, voice) => {
        const name = voiceNames[voice];
        const stretch = { from: 0, to: score.value.steps, voices: [voice] };
        const isLocked = cellsOf(stretch).every((cell) => locked.value[cell]);
        return (
          <div key={name} class={`voice voice-${voice}`} role="group" aria-label={name}>
            <span class="voice-name">
              <b>{name[0]}</b>
              {name.slice(1)}
            </span>
            <span class="voice-buttons">
              <button
                type="button"
                class="icon small"
                aria-pressed={isLocked}
                aria-label={`Lock ${name}`}
                title="Lock this voice"
                disabled={busy.value}
                onClick={() => desk.toggleCells(stretch)}
              >
                <Icon shape={isLocked ? 'closed' : 'opened'} />
              </button>
              <button
                type="button"
                class="icon small"
                aria-pressed={mute}
                aria-label={`Mute ${name}`}
                title="Mute"
                onClick={() => mixing.change(voice, { mute: !mute })}
              >
                M
              </button>
              <button
                type="button"
                class="icon small"
                aria-pressed={solo}
                aria-label={`Solo ${name}`}
                title="Hear it alone"
                onClick={() => mixing.change(voice, { solo: !solo })}
              >
                S
              </button>
            </span>
            <input
              type="range"
              aria-label={`Volume of ${name}`}
              min={0}
              max={1}
              step={0.05}
              value={volume}
              aria-valuetext={`${Math.round(volume * 100)} %`}
              onInput={(event) => mixing.change(voice, { volume: event.currentTarget.valueAsNumber })}
            />
          </div>
        );
      })}
    </div>
  );
}
