import { voiceCount, voiceNames } from '../../score.js';
import { isLocked, noteAt } from '../state/edit-piece.js';
import type { Session } from '../state/session.js';
import type { RollDesk } from './desk.js';
import { noteInWords, placeInWords } from './note-words.js';

/** The roll by keys: arrows go from step to step and voice to voice, Enter locks, Delete erases, Alt and an arrow moves a note. */
export function cursorKeys({ work, sounding, selection, announcer, busy }: Session, { cursor, toggleNote, erase, move }: RollDesk) {
  const say = (): void => {
    const { step, voice } = cursor.peek();
    const { score, locked } = work.peek();
    const note = noteAt(score, step, voice);
    announcer.say(
      note
        ? noteInWords({ ...note, start: step }, isLocked(locked, note), sounding.peek())
        : `${voiceNames[voice]}, rest, ${placeInWords(step)}`,
    );
  };
  const go = (steps: number, voices: number, select: boolean): void => {
    const { step, voice } = cursor.peek();
    const { score } = work.peek();
    cursor.value = {
      step: Math.min(score.steps - 1, Math.max(0, step + steps)),
      voice: Math.min(voiceCount - 1, Math.max(0, voice + voices)),
    };
    if (select) {
      const old = selection.peek();
      const now = cursor.peek();
      const [from, to] = [Math.min(old?.from ?? step, now.step), Math.max(old?.to ?? step + 1, now.step + 1)];
      const voices = [...new Set([...(old?.voices ?? [voice]), now.voice])].sort((a, b) => a - b);
      selection.value = { from, to, voices };
    }
    say();
  };
  const arrows: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  return {
    onFocus: say,
    onKeyDown(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey) return;
      const { step, voice } = cursor.peek();
      const note = noteAt(work.peek().score, step, voice);
      const arrow = arrows[event.key];
      if (arrow && event.altKey) {
        if (!note || busy.peek()) return;
        const [steps, down] = arrow;
        move(work.peek(), note, steps, -down, `keys ${note.voice}`);
        cursor.value = { step: Math.max(0, step + steps), voice };
        say();
      } else if (arrow) go(...arrow, event.shiftKey);
      else if (event.key === 'Home') go(-step, 0, event.shiftKey);
      else if (event.key === 'End') go(work.peek().score.steps, 0, event.shiftKey);
      else if (event.key === 'Enter' && note && !busy.peek()) toggleNote(note);
      else if (event.key === 'Delete' && note && !busy.peek()) {
        erase(note);
        say();
      } else return;
      event.preventDefault();
    },
  };
}
