import { effect, signal } from '@preact/signals';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const kept = 'advect theme';

/** Light, dark, or as the device is; kept in this browser where that is allowed. */
export function createTheme() {
  const theme = signal<Theme>(themes.find((name) => name === read()) ?? 'auto');
  effect(() => {
    if (theme.value === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme.value;
    write(theme.value);
  });
  return theme;
}

function read(): string | null {
  try {
    return localStorage.getItem(kept);
  } catch {
    return null;
  }
}

function write(theme: Theme): void {
  try {
    localStorage.setItem(kept, theme);
  } catch {
    // The page works without: it is light or dark as the device is.
  }
}
