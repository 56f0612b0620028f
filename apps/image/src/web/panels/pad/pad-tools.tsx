import { keyNames, Range, type Shortcut, type Shortcuts } from '@advect/web';
import { useEffect } from 'preact/hooks';
import type { Brush } from './brush.js';

interface Props {
  readonly id: string;
  readonly brush: Brush;
  readonly keys: Shortcuts;
}

const zooms = [1, 2, 4];

/** Brush, eraser, undo and zoom of a pad, with their keys. */
export function PadTools({ id, brush, keys }: Props) {
  const { drawing, radius, erases, zoom } = brush;
  const shortcuts = {
    smaller: { key: '[', does: 'smaller brush', run: () => brush.resize(-1) },
    larger: { key: ']', does: 'larger brush', run: () => brush.resize(1) },
    eraser: { key: 'e', does: 'eraser, or brush again', run: () => (erases.value = !erases.value) },
    undo: {
      key: 'z',
      control: true,
      does: 'undo a stroke; with Shift, redo it',
      run: (event: KeyboardEvent) => (event.shiftKey ? brush.redo() : brush.undo()),
    },
  } satisfies Record<string, Shortcut>;
  useEffect(() => keys.add(...Object.values(shortcuts)), [brush, keys]);
  const hint = (shortcut: Shortcut): string => `${shortcut.does} (${keyNames(shortcut)})`;
  return (
    <div class="tools" role="group" aria-label="Drawing tools">
      <Range
        id={`${id}-brush`}
        label="Brush"
        min={brush.smallest}
        max={brush.largest}
        step={0.5}
        value={radius.value}
        words={`${2 * radius.value} px`}
        onInput={(value) => (radius.value = value)}
      />
      <button type="button" aria-pressed={erases.value} title={hint(shortcuts.eraser)} onClick={shortcuts.eraser.run}>
        Eraser
      </button>
      <button type="button" disabled={drawing.value.marks.length === 0} title="Undo (Ctrl + Z)" onClick={brush.undo}>
        Undo
      </button>
      <button type="button" disabled={drawing.value.undone.length === 0} title="Redo (Ctrl + Shift + Z)" onClick={brush.redo}>
        Redo
      </button>
      <button
        type="button"
        title="Zoom"
        aria-label={`Zoom, now ${zoom.value} times`}
        onClick={() => (zoom.value = zooms[(zooms.indexOf(zoom.value) + 1) % zooms.length])}
      >
        {zoom.value} ×
      </button>
    </div>
  );
}
