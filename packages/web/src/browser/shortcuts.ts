/** One key and what it does. */
export interface Shortcut {
  /** As `KeyboardEvent.key` has it: 'r', 'ArrowLeft', '?'. Letters are meant whatever their case. */
  readonly key: string;
  /** With Ctrl, or Cmd on a Mac. */
  readonly control?: boolean;
  readonly alt?: boolean;
  /** What it does, for the list. */
  readonly does: string;
  readonly run: (event: KeyboardEvent) => void;
}

/** The keys of a page. */
export interface Shortcuts {
  /** Adds keys; the result takes them off again. */
  add(...shortcuts: readonly Shortcut[]): () => void;
  list(): readonly Shortcut[];
  /** Whether keys without Ctrl or Alt work; a visitor may switch them off (WCAG 2.1.4). */
  single: boolean;
  /** Stops listening. */
  end(): void;
}

const typing = 'input:not([type=range], [type=checkbox], [type=radio], [type=button], [type=file]), textarea, select, [contenteditable]';
/** Where the browser itself moves by these keys. */
const moving = 'input[type=range], [role=slider], [role=radiogroup], [role=tablist], [role=grid], input[type=radio]';

/**
 * Listens for keys. Those without Ctrl or Alt never work while a field has the focus, arrows and Space not
 * where a control has a use for them, and none in a dialog, which has its own.
 */
export function listenForKeys(target: Pick<Document, 'addEventListener' | 'removeEventListener'>): Shortcuts {
  const known = new Set<Shortcut>();
  const listener = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const control = event.ctrlKey || event.metaKey;
    const focused = event.target instanceof Element ? event.target : undefined;
    if (focused?.closest('dialog[open]')) return;
    // Just after a dialog has closed the focus may still be in it.
    const element = focused?.closest('dialog') ? undefined : focused;
    for (const shortcut of known) {
      if (!same(shortcut.key, event.key) || Boolean(shortcut.control) !== control || Boolean(shortcut.alt) !== event.altKey) continue;
      if (!control && !event.altKey && shortcut.key !== 'Escape') {
        if (!shortcuts.single || element?.closest(typing)) return;
        if (shortcut.key.startsWith('Arrow') && element?.closest(moving)) return;
        if (shortcut.key === ' ' && element?.closest('button, a, summary, input, [role=button], [role=gridcell]')) return;
      }
      event.preventDefault();
      shortcut.run(event);
      return;
    }
  };
  target.addEventListener('keydown', listener as EventListener);
  const shortcuts: Shortcuts = {
    single: true,
    add(...given) {
      for (const shortcut of given) known.add(shortcut);
      return () => given.forEach((shortcut) => known.delete(shortcut));
    },
    list: () => [...known],
    end: () => target.removeEventListener('keydown', listener as EventListener),
  };
  return shortcuts;
}

const same = (key: string, pressed: string): boolean => (key.length === 1 ? key.toLowerCase() === pressed.toLowerCase() : key === pressed);

/** A shortcut's keys as they stand on a keyboard. */
export const keyNames = ({ key, control, alt }: Pick<Shortcut, 'key' | 'control' | 'alt'>): string =>
  [control && 'Ctrl', alt && 'Alt', names[key] ?? (key.length === 1 ? key.toUpperCase() : key)].filter(Boolean).join(' + ');

const names: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ' ': 'Space',
  Escape: 'Esc',
};
