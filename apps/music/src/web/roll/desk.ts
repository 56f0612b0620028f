import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Note, Score } from '../../score.js';
import { cellsOf, type Edited, isLocked, toggled, wholeNote, withMoved, withNote, withoutNote } from '../state/edit-piece.js';
import type { Selection, Session } from '../state/session.js';
import { noteInWords } from './note-words.js';

export const tools = ['lock', 'draw', 'erase'] as const;
export type Tool = (typeof tools)[number];

/** What is done in the roll, by hand or by keys. */
export interface RollDesk {
  readonly tool: Signal<Tool>;
  /** The voice that is drawn. */
  readonly voice: Signal<number>;
  /** Where the keys are: a step and a voice. */
  readonly cursor: Signal<{ readonly step: number; readonly voice: number }>;
  /** What is seen: the piece, or what is forming. */
  readonly shown: ReadonlySignal<Score>;
  toggleNote(note: Note): void;
  toggleCells(stretch: Selection): void;
  erase(note: Note, gesture?: string): void;
  draw(base: Edited, note: Note, gesture: string): void;
  move(base: Edited, note: Note, steps: number, semitones: number, gesture: string): void;
}

export function createRollDesk({ work, put, sounding, announcer }: Session, shown: ReadonlySignal<Score>): RollDesk {
  const edit = (edited: Edited, gesture = ''): void => put(edited, { gesture });
  return {
    tool: signal<Tool>('lock'),
    voice: signal(0),
    cursor: signal({ step: 0, voice: 0 }),
    shown,
    toggleNote(note) {
      const locked = toggled(work.peek().locked, cellsOf(wholeNote(note)));
      put({ locked });
      announcer.say(`${noteInWords(note, false, sounding.peek())}: ${isLocked(locked, note) ? 'locked' : 'open'}.`);
    },
    toggleCells(stretch) {
      const cells = cellsOf(stretch);
      const locked = toggled(work.peek().locked, cells);
      put({ locked });
      announcer.say(locked[cells[0]] ? 'Locked.' : 'Open.');
    },
    erase: (note, gesture) => edit(withoutNote(work.peek(), note), gesture),
    draw: (base, note, gesture) => edit(withNote(base, note), gesture),
    move: (base, note, steps, semitones, gesture) => edit(withMoved(base, note, steps, semitones), gesture),
  };
}
