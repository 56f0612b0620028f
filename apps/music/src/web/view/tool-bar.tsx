import { Icon, type shapes } from '@advect/web';
import { voiceNames } from '../../score.js';
import type { RollDesk, Tool } from '../roll/desk.js';
import { tools } from '../roll/desk.js';
import { cellsOf, openOnly, withLock } from '../state/edit-piece.js';
import type { Session } from '../state/session.js';

const toolWords: Readonly<Record<Tool, { readonly title: string; readonly shape: keyof typeof shapes; readonly hint: string }>> = {
  lock: { title: 'Lock', shape: 'closed', hint: 'Click notes to keep them, drag to select a stretch' },
  draw: { title: 'Draw', shape: 'pen', hint: 'Drag to draw a note, drag a note to move it' },
  erase: { title: 'Erase', shape: 'rubber', hint: 'Click or drag over notes' },
};

/** What the pointer does in the roll, and what is done with what is selected or locked. */
export function ToolBar({ session, desk }: { readonly session: Session; readonly desk: RollDesk }) {
  const { selection, work, locked, put, rework, busy, announcer } = session;
  const stretch = selection.value;
  const some = locked.value.some(Boolean);
  const lockSelection = (lock: boolean): void => {
    put({ locked: withLock(locked.peek(), cellsOf(stretch!), lock) });
    announcer.say(lock ? 'The selection is locked.' : 'The selection is open.');
  };
  return (
    <div class="tool-bar">
      <div class="tools" role="group" aria-label="Tool">
        {tools.map((tool) => (
          <button
            key={tool}
            type="button"
            class="chip"
            aria-pressed={desk.tool.value === tool}
            title={toolWords[tool].hint}
            onClick={() => (desk.tool.value = tool)}
          >
            <Icon shape={toolWords[tool].shape} />
            {toolWords[tool].title}
          </button>
        ))}
      </div>
      {desk.tool.value === 'draw' && (
        <div class="tools" role="group" aria-label="Voice to draw">
          {voiceNames.map((name, voice) => (
            <button
              key={name}
              type="button"
              class={`chip voice-${voice}`}
              aria-pressed={desk.voice.value === voice}
              aria-label={name}
              onClick={() => (desk.voice.value = voice)}
            >
              <b>{name[0]}</b>
            </button>
          ))}
        </div>
      )}
      {stretch ? (
        <div class="tools" role="group" aria-label="Selection">
          <button
            type="button"
            class="chip"
            disabled={busy.value}
            onClick={() => void rework({ score: work.peek().score, locked: openOnly(work.peek().score, stretch) })}
          >
            Recompose it
          </button>
          <button type="button" class="chip" disabled={busy.value} onClick={() => lockSelection(true)}>
            Lock it
          </button>
          <button type="button" class="chip" disabled={busy.value} onClick={() => lockSelection(false)}>
            Open it
          </button>
          <button type="button" class="chip" onClick={() => (selection.value = undefined)}>
            Deselect
          </button>
        </div>
      ) : some ? (
        <button type="button" class="chip" disabled={busy.value} onClick={() => put({ locked: new Uint8Array(locked.peek().length) })}>
          Open all locks
        </button>
      ) : (
        <p class="hint">{toolWords[desk.tool.value].hint}</p>
      )}
    </div>
  );
}
