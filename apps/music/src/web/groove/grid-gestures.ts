import { drums } from '../../drum-kit.js';
import type { BeatDesk } from './beat-desk.js';
import { silenced, struck, touched } from './edit-beat.js';

/** Pixels of a drag that change a stroke's velocity from nothing to all. */
const fullDrag = 96;
/** Pixels from which a press is a drag. */
const slack = 4;

type Stroke = { readonly place: number; readonly fresh: boolean; readonly y: number; turn: 'press' | 'paint' | 'velocity'; last: number };

/** The place of the cell in which an element lies. */
export function placeOn(target: EventTarget | null): number | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-at]') : null;
  return cell ? Number(cell.dataset['at']) : undefined;
}

/**
 * Pointer gestures of the grid. A press on an empty place strikes; dragged along the row it strikes on; a press on a stroke takes it
 * away; dragged up or down it becomes harder or softer.
 */
export function gridGestures(desk: BeatDesk, onPlace: (place: number) => void) {
  let stroke: Stroke | undefined;
  let number = 0;
  const gesture = (): string => `grid ${number}`;
  return {
    onPointerDown(event: PointerEvent) {
      const place = placeOn(event.target);
      if (place === undefined || event.button !== 0) return;
      number++;
      const fresh = !desk.shown.peek().hits[place];
      stroke = { place, fresh, y: event.clientY, turn: 'press', last: event.clientY };
      onPlace(place);
      (event.target as HTMLElement).closest<HTMLElement>('[data-at]')!.focus();
      if (fresh) desk.put(struck(desk.shown.peek(), place), gesture());
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent) {
      if (!stroke) return;
      if (stroke.turn === 'press' && Math.abs(event.clientY - stroke.y) > slack) stroke.turn = 'velocity';
      if (stroke.turn === 'velocity') {
        desk.put(touched(desk.shown.peek(), stroke.place, (stroke.last - event.clientY) / fullDrag, 0), gesture());
        stroke.last = event.clientY;
        return;
      }
      const over = placeOn(document.elementFromPoint(event.clientX, event.clientY));
      if (over === undefined || over === stroke.place || !stroke.fresh) return;
      stroke.turn = 'paint';
      if (over % drums.length === stroke.place % drums.length && !desk.shown.peek().hits[over])
        desk.put(struck(desk.shown.peek(), over), gesture());
    },
    onPointerUp() {
      if (stroke && !stroke.fresh && stroke.turn === 'press') desk.put(silenced(desk.shown.peek(), stroke.place), gesture());
      stroke = undefined;
    },
    onPointerCancel: () => (stroke = undefined),
  };
}
