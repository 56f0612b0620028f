import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { drums } from '../../drum-kit.js';
import type { Groove } from '../../groove.js';
import { stepMilliseconds } from '../../metrics/pocket.js';
import { type BeatDesk, drumTitles } from './beat-desk.js';
import { gridGestures, placeOn } from './grid-gestures.js';
import { placeOf, silenced, struck, touched } from './edit-beat.js';

/** The drums from the highest row to the lowest. */
const rows = drums.map((_, drum) => drum).toReversed();

const beatName = (step: number): string =>
  `bar ${Math.floor(step / 16) + 1}, beat ${Math.floor((step % 16) / 4) + 1}${['', ' e', ' and', ' a'][step % 4]}`;

/** How a key changes a stroke: by how much harder (0 … 1), and later (steps). */
const nudges: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [8 / 127, 0],
  ArrowDown: [-8 / 127, 0],
  ArrowRight: [0, 1 / 24],
  ArrowLeft: [0, -1 / 24],
};

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
};

/** The beat as a grid: a row for each drum, a column for each sixteenth; strokes as high as they are hard, and moved as they are late. */
export function BeatGrid({ desk }: { readonly desk: BeatDesk }) {
  const groove = desk.shown.value;
  const { tempo, kept } = desk.manner.value;
  const touch = desk.measured.value?.touch;
  const cursor = useSignal({ step: 0, drum: 0 });
  const grid = useRef<HTMLDivElement>(null);
  const gestures = useMemo(
    () => gridGestures(desk, (place) => (cursor.value = { step: Math.floor(place / drums.length), drum: place % drums.length })),
    [desk],
  );
  const at = { step: Math.min(cursor.value.step, groove.steps - 1), drum: cursor.value.drum };

  const cellAt = (step: number, drum: number): HTMLElement | null =>
    grid.current?.querySelector<HTMLElement>(`[data-at="${placeOf(step, drum)}"]`) ?? null;
  const goTo = (step: number, drum: number): void => {
    cursor.value = { step, drum };
    cellAt(step, drum)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const place = placeOn(event.target);
    if (place === undefined) return;
    const [step, drum] = [Math.floor(place / drums.length), place % drums.length];
    const nudge = event.shiftKey ? nudges[event.key] : undefined;
    const move = event.shiftKey || event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key];
    if (nudge) {
      desk.put(touched(desk.shown.peek(), place, ...nudge), `touch ${place}`);
      desk.session.announcer.say(wordsOf(desk.shown.peek(), step, drum, tempo));
    } else if (move) {
      goTo((step + move[0] + groove.steps) % groove.steps, (drum + move[1] + drums.length) % drums.length);
    } else if (event.key === 'Home' || event.key === 'End') goTo(event.key === 'Home' ? 0 : groove.steps - 1, drum);
    else if (event.key === ' ' || event.key === 'Enter') {
      if (event.ctrlKey || event.metaKey) return;
      desk.put(groove.hits[place] ? silenced(groove, place) : struck(groove, place));
    } else if (event.key === 'Delete' || event.key === 'Backspace') desk.put(silenced(groove, place));
    else return;
    event.preventDefault();
  };

  return (
    <div class="beat-scroll">
      <div
        class="beat-grid"
        role="grid"
        aria-label="Beat: drums by sixteenths"
        aria-rowcount={drums.length}
        aria-colcount={groove.steps}
        ref={grid}
        style={{ '--steps': groove.steps }}
        onKeyDown={onKeyDown}
        onFocusIn={(event) => {
          const place = placeOn(event.target);
          if (place !== undefined) cursor.value = { step: Math.floor(place / drums.length), drum: place % drums.length };
        }}
        {...gestures}
      >
        <Head desk={desk} steps={groove.steps} />
        {rows.map((drum) => (
          <div key={drum} class="beat-row" role="row" data-kept={kept.includes(drums[drum])}>
            <div class="beat-name" role="rowheader">
              <span>{drumTitles[drums[drum]]}</span>
              <button
                type="button"
                class="pin"
                tabIndex={-1}
                aria-pressed={kept.includes(drums[drum])}
                aria-label={`Keep the ${drumTitles[drums[drum]].toLowerCase()}`}
                title="Keep this drum while the others are played anew"
                onClick={() => desk.change({ kept: toggled(kept, drums[drum]) })}
              >
                {kept.includes(drums[drum]) ? '●' : '○'}
              </button>
            </div>
            {Array.from({ length: groove.steps }, (_, step) => {
              const place = placeOf(step, drum);
              const hit = groove.hits[place] === 1;
              const bits = touch && hit ? touch[place] : undefined;
              return (
                <div
                  key={step}
                  class="beat-cell"
                  role="gridcell"
                  data-at={place}
                  data-beat={step % 16 === 0 ? 'bar' : step % 4 === 0 ? 'beat' : undefined}
                  data-odd={bits !== undefined && bits > oddTouch ? '' : undefined}
                  tabIndex={step === at.step && drum === at.drum ? 0 : -1}
                  aria-selected={hit}
                  aria-label={wordsOf(groove, step, drum, tempo, bits)}
                >
                  {hit && <i style={{ '--hard': groove.velocities[place], '--late': groove.offsets[place] }} />}
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

/** From so many bits on a touch is marked as odd: some six above what a usual one costs. */
const oddTouch = 18;

const toggled = <T,>(list: readonly T[], item: T): readonly T[] =>
  list.includes(item) ? list.filter((one) => one !== item) : [...list, item];

function wordsOf({ hits, velocities, offsets }: Groove, step: number, drum: number, tempo: number, bits?: number): string {
  const place = placeOf(step, drum);
  const where = `${drumTitles[drums[drum]]}, ${beatName(step)}`;
  if (!hits[place]) return `${where}: silent`;
  const late = Math.round(offsets[place] * stepMilliseconds(tempo));
  const when = late === 0 ? 'on the grid' : `${Math.abs(late)} ms ${late < 0 ? 'early' : 'late'}`;
  return `${where}: velocity ${Math.round(velocities[place] * 127)}, ${when}${bits === undefined ? '' : `, touch ${bits.toFixed(0)} bits`}`;
}

/** Numbers of the beats, and where the beat is while it sounds. */
function Head({ desk, steps }: { readonly desk: BeatDesk; readonly steps: number }) {
  const now = useSignal(-1);
  const playing = desk.player.state.value === 'playing';
  useEffect(() => {
    if (!playing) {
      now.value = -1;
      return undefined;
    }
    let frame = requestAnimationFrame(function look() {
      now.value = Math.floor(desk.player.position()) % steps;
      frame = requestAnimationFrame(look);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, steps]);
  return (
    <div class="beat-head" aria-hidden="true">
      <span class="beat-name" />
      {Array.from({ length: steps }, (_, step) => (
        <span key={step} data-now={step === now.value ? '' : undefined}>
          {step % 16 === 0 ? `${step / 16 + 1}` : step % 4 === 0 ? '·' : ''}
        </span>
      ))}
    </div>
  );
}
