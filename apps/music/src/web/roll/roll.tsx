import { type ReadonlySignal, useComputed, useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { stepsPerBar, voiceNames } from '../../score.js';
import { gainsOf } from '../state/mixing.js';
import type { Session } from '../state/session.js';
import { BarHeads } from './bar-heads.js';
import { cursorKeys } from './cursor-keys.js';
import type { RollDesk } from './desk.js';
import { type Geometry, geometryOf } from './geometry.js';
import { rollPointer } from './gestures.js';
import { GridView, PitchNames } from './grid-view.js';
import { placeInWords } from './note-words.js';
import { NotesView } from './notes-view.js';
import { NoteTable } from './note-table.js';
import { PlayHead } from './play-head.js';
import { SurpriseStrip } from './surprise-strip.js';

/** The piano roll: four voices in time. Only the bars in sight are drawn, so that long pieces roll as well as short ones. */
export function Roll({ session, desk }: { readonly session: Session; readonly desk: RollDesk }) {
  const { locked, selection, surprise, player, busy, mixing, forming, sounding } = session;
  const scroller = useRef<HTMLDivElement>(null);
  const room = useSignal(900);
  const scrolled = useSignal(0);
  const focused = useSignal(false);
  const now = useSignal(-1);
  const score = desk.shown.value;
  const rowHeight = useSignal(10);
  const geometry = useComputed((): Geometry => geometryOf(desk.shown.value, room.value, rowHeight.value));
  const { width, height, x, stepAt } = geometry.value;
  const pointer = useMemo(() => rollPointer(session, desk, () => geometry.peek()), [session, desk]);
  const byKeys = useMemo(() => cursorKeys(session, desk), [session, desk]);
  useLayoutEffect(() => {
    const measure = (): void => {
      room.value = scroller.current!.clientWidth;
      rowHeight.value = innerWidth < 600 ? 8 : 10;
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(scroller.current!);
    return () => observer.disconnect();
  }, []);

  const barOf = (at: number): number => Math.floor(stepAt(at) / stepsPerBar);
  const from = Math.max(0, barOf(scrolled.value) - 1) * stepsPerBar;
  const to = Math.min(score.steps, (barOf(scrolled.value + room.value) + 2) * stepsPerBar);
  const silent = gainsOf(mixing.parts.value).map((gain) => gain === 0);
  const stretch = selection.value;
  const cursor = focused.value ? desk.cursor.value : undefined;
  const isForming = forming.value?.score !== undefined;
  return (
    <div class="roll" data-forming={isForming} aria-busy={busy.value}>
      <div class="roll-body">
        <PitchNames geometry={geometry.value} transpose={sounding.value.transpose} />
        <div class="roll-scroller" ref={scroller} onScroll={(event) => (scrolled.value = event.currentTarget.scrollLeft)}>
          <BarHeads {...{ geometry: geometry.value, steps: score.steps, from, to, locked: locked.value, desk, disabled: busy.value }} />
          <div
            class="roll-field"
            data-tool={desk.tool.value}
            style={{ width: `${width}px`, height: `${height}px` }}
            tabIndex={0}
            role="application"
            aria-roledescription="piano roll"
            aria-label={`Piano roll: ${Math.ceil(score.steps / stepsPerBar)} bars of ${voiceNames.join(', ')}. Arrows go from note to note, Enter locks, Delete erases, Alt with an arrow moves.`}
            {...pointer}
            onKeyDown={byKeys.onKeyDown}
            onFocus={(event) => {
              if (!event.currentTarget.matches(':focus-visible')) return;
              focused.value = true;
              byKeys.onFocus();
            }}
            onBlur={() => (focused.value = false)}
          >
            <svg width={width} height={height} aria-hidden="true">
              <GridView geometry={geometry.value} {...{ from, to }} transpose={sounding.value.transpose} />
              {cursor && <rect class="cursor" x={x(cursor.step)} y={0} width={geometry.value.stepWidth} height={height} />}
              <NotesView
                {...{ score, geometry: geometry.value, from, to, now, silent, cursor }}
                sounding={sounding.value}
                locked={isForming ? noLocks : locked.value}
              />
              {stretch && <SelectionView {...{ geometry: geometry.value, stretch }} />}
            </svg>
            <PlayHead {...{ player, geometry: geometry.value, scroller }} onStep={(step) => void (now.value = step)} />
          </div>
          {surprise.value && surprise.value.length === score.pitches.length && (
            <SurpriseStrip {...{ score, bits: surprise.value, geometry: geometry.value, from, to }} />
          )}
          <SeekBar {...{ session, now }} geometry={geometry.value} />
        </div>
      </div>
      <NoteTable score={score} locked={locked.value} sounding={sounding.value} />
    </div>
  );
}

const noLocks = new Uint8Array(0);

function SelectionView({
  geometry,
  stretch,
}: {
  readonly geometry: Geometry;
  readonly stretch: { readonly from: number; readonly to: number };
}) {
  const { x, height } = geometry;
  return <rect class="selection" x={x(stretch.from)} y={1} width={x(stretch.to) - x(stretch.from)} height={height - 2} rx={5} />;
}

interface SeekBarProps {
  readonly session: Session;
  readonly geometry: Geometry;
  /** The step that sounds; −1 for none. */
  readonly now: ReadonlySignal<number>;
}

/** Where the piece is; a click or an arrow goes elsewhere. */
function SeekBar({ session, geometry, now }: SeekBarProps) {
  const { player, score } = session;
  const at = now.value >= 0 ? now.value : player.at.value;
  return (
    <input
      class="seek"
      type="range"
      aria-label="Position"
      min={0}
      max={score.value.steps}
      step={1}
      value={at}
      aria-valuetext={placeInWords(Math.min(at, score.value.steps - 1))}
      style={{ width: `${geometry.width}px` }}
      onInput={(event) => player.seek(event.currentTarget.valueAsNumber)}
    />
  );
}
