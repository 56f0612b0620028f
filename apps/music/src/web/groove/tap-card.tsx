import { Card } from '@advect/web';
import { useEffect } from 'preact/hooks';
import { drums } from '../../drum-kit.js';
import { drumTitles } from './beat-desk.js';
import type { TapRecorder } from './tap-recorder.js';

/** What T strikes: a rhythm without drums, for which the snare stands. */
const rhythm = 1;

/** Tapping: a pad for each drum, T for a rhythm, the numbers for drums. */
export function TapCard({ taps }: { readonly taps: TapRecorder }) {
  const state = taps.state.value;
  useEffect(() => {
    if (state === 'idle') return undefined;
    const listen = (event: KeyboardEvent): void => {
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      const drum = event.key.toLowerCase() === 't' ? rhythm : Number(event.key) - 1;
      if (event.key === 'Escape') taps.stop();
      else if (drums[drum] !== undefined) taps.tap(drum);
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', listen, true);
    return () => document.removeEventListener('keydown', listen, true);
  }, [state]);
  return (
    <Card title="Tap">
      <p class="hint">
        Tap a rhythm by T, or drums by 1 to 9 or the pads, after a bar of clicks; then let the model drum around it. What is tapped takes
        the place of the beat.
      </p>
      {state === 'idle' ? (
        <button type="button" onClick={taps.start}>
          Count in and tap
        </button>
      ) : (
        <button type="button" class="main" onClick={taps.stop}>
          {state === 'counting' ? 'Counting in…' : `Stop after ${taps.count.value} taps`}
        </button>
      )}
      <div class="pads">
        {drums.map((drum, d) => (
          <button key={drum} type="button" disabled={state === 'idle'} onPointerDown={() => taps.tap(d)}>
            <b>{d + 1}</b> {drumTitles[drum]}
          </button>
        ))}
      </div>
      <p class="unseen" role="status">
        {state === 'counting' ? 'Counting in.' : state === 'tapping' ? 'Tap now.' : ''}
      </p>
    </Card>
  );
}
