import type { ReadonlySignal, Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { type Received, receivedInWords } from '../models/source.js';
import { CopyButton } from './copy-button.js';
import { type Theme, themes } from '../state/theme.js';

interface Props {
  /** What the page is, after the name: "pictures that flow". */
  readonly tagline: string;
  readonly model: ReadonlySignal<{ readonly name: string } | undefined>;
  readonly opening: ReadonlySignal<Received | undefined>;
  readonly theme: Signal<Theme>;
  readonly onModels: () => void;
  readonly onKeys: () => void;
  /** Copies the page's address, and tells whether it did. */
  readonly onShare: () => Promise<boolean>;
  /** Between the name and the buttons. */
  readonly children?: ComponentChildren;
}

export function PageHeader({ tagline, model, opening, theme, onModels, onKeys, onShare, children }: Props) {
  return (
    <header class="top">
      <h1>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M4 22c5 0 6-12 12-12s5 8 9 8c2 0 3-1 3-3" />
          <path d="M4 16c4 0 5-9 10-9" />
          <path d="M10 26c5 0 6-8 11-8" />
        </svg>
        Advect <span>{tagline}</span>
      </h1>
      {children}
      <nav aria-label="Page">
        <button type="button" class="model" aria-haspopup="dialog" onClick={onModels}>
          <span>Model</span> {opening.value ? receivedInWords(opening.value) : (model.value?.name ?? '…')}
        </button>
        <CopyButton does="Copy link" copy={onShare} />
        <button
          type="button"
          onClick={() => (theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length])}
          aria-label={`Theme: ${theme.value}`}
          title="Light, dark, or as the device is"
        >
          {theme.value === 'auto' ? 'Auto' : theme.value === 'light' ? 'Light' : 'Dark'}
        </button>
        <button type="button" aria-haspopup="dialog" onClick={onKeys}>
          Keys
        </button>
      </nav>
    </header>
  );
}
