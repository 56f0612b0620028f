import type { Playback } from '../state/playback.js';
import type { Session } from '../state/session.js';

/** Melts the wall to its noise and back: one ODE, read at another time. */
export function TimeSlider({ session, playback }: { readonly session: Session; readonly playback: Playback }) {
  const { change, wall, forming } = session;
  const time = forming.value?.t ?? session.time.value;
  return (
    <div class="time">
      <button
        type="button"
        class="round"
        aria-label={playback.playing.value ? 'Stop' : 'Play from noise to picture'}
        title={playback.playing.value ? 'Stop (Space)' : 'Play (Space)'}
        disabled={!wall.value}
        onClick={playback.toggle}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={playback.playing.value ? 'M7 5h4v14H7zM13 5h4v14h-4z' : 'M8 5.2v13.6L19 12z'} />
        </svg>
      </button>
      <div class="time-track">
        <label for="time">Time</label>
        <input
          id="time"
          type="range"
          min={0}
          max={1}
          step={0.005}
          value={time}
          style={{ '--at': `${time * 100}%` }}
          disabled={!wall.value}
          aria-valuetext={`t = ${time.toFixed(2)}, ${timeInWords(time)}`}
          onInput={(event) => {
            playback.stop();
            change({ time: event.currentTarget.valueAsNumber });
          }}
        />
        <span class="time-ends" aria-hidden="true">
          <span>noise</span>
          <output>t = {time.toFixed(2)}</output>
          <span>picture</span>
        </span>
      </div>
    </div>
  );
}

function timeInWords(time: number): string {
  if (time === 0) return 'noise';
  return time === 1 ? 'picture' : 'on the way';
}
