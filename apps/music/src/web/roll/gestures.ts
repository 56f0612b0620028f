import type { Note } from '../../score.js';
import { type Edited, noteAt, voicesWithin } from '../state/edit-piece.js';
import type { Session } from '../state/session.js';
import type { RollDesk } from './desk.js';
import type { Geometry } from './geometry.js';

/** A place in the roll. */
interface Spot {
  readonly step: number;
  readonly pitch: number;
}

/** Between a press and its release. */
interface Drag {
  moved(to: Spot): void;
  released?(): void;
}

let gestures = 0;

/** What the pointer does in the roll: locks and selects, draws and moves, erases. */
export function rollPointer(session: Session, desk: RollDesk, geometry: () => Geometry) {
  const { work, selection, busy } = session;
  let drag: Drag | undefined;

  const noteUnder = ({ step, pitch }: Spot): Note | undefined => {
    const { score } = work.peek();
    // The chosen voice first: where voices meet, it is the one that is meant.
    const order = [desk.voice.peek(), 0, 1, 2, 3];
    return order.map((voice) => noteAt(score, step, voice)).find((note) => note?.pitch === pitch);
  };

  function select(from: Spot): Drag {
    return {
      moved(to) {
        const { score } = work.peek();
        const [first, last] = [Math.min(from.step, to.step), Math.max(from.step, to.step) + 1];
        const [low, high] = [Math.min(from.pitch, to.pitch), Math.max(from.pitch, to.pitch)];
        const voices = voicesWithin(score, first, last, low, high);
        selection.value = voices.length > 0 ? { from: first, to: last, voices } : undefined;
      },
    };
  }

  function lock(at: Spot): Drag {
    const note = noteUnder(at);
    selection.value = undefined;
    if (!note) return select(at);
    const region = select(at);
    let dragged = false;
    return {
      moved(to) {
        if (!dragged && to.step === at.step && to.pitch === at.pitch) return;
        dragged = true;
        region.moved(to);
      },
      released: () => dragged || desk.toggleNote(note),
    };
  }

  function draw(at: Spot): Drag {
    const gesture = `draw ${++gestures}`;
    const base: Edited = work.peek();
    const note = noteUnder(at);
    if (note) {
      desk.voice.value = note.voice;
      return { moved: (to) => desk.move(base, note, to.step - at.step, to.pitch - at.pitch, gesture) };
    }
    const voice = desk.voice.peek();
    const put = (to: Spot): void => {
      const start = Math.min(at.step, to.step);
      desk.draw(base, { voice, pitch: at.pitch, start, length: Math.max(at.step, to.step) - start + 1 }, gesture);
    };
    put(at);
    return { moved: put };
  }

  function erase(at: Spot): Drag {
    const gesture = `erase ${++gestures}`;
    const moved = (to: Spot): void => {
      const note = noteUnder(to);
      if (note) desk.erase(note, gesture);
    };
    moved(at);
    return { moved };
  }

  const starts = { lock, draw, erase } as const;
  const spotOf = (event: PointerEvent): Spot => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const { stepAt, pitchAt } = geometry();
    return { step: stepAt(event.clientX - box.left), pitch: pitchAt(event.clientY - box.top) };
  };
  return {
    onPointerDown(event: PointerEvent): void {
      if (event.button !== 0 || busy.peek()) return;
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      drag = starts[desk.tool.peek()](spotOf(event));
    },
    onPointerMove: (event: PointerEvent): void => drag?.moved(spotOf(event)),
    onPointerUp(): void {
      drag?.released?.();
      drag = undefined;
    },
    onPointerCancel(): void {
      drag = undefined;
    },
  };
}
