import type { Session } from '../state/session.js';
import { type TabName, tabNames } from '../state/settings.js';

const titles: Readonly<Record<TabName, string>> = { chorale: 'Chorale', groove: 'Groove' };

/** What the page is for at the moment. */
export function PageTabs({ session: { settings, change } }: { readonly session: Session }) {
  return (
    <div class="page-tabs" role="group" aria-label="Instruments">
      {tabNames.map((tab) => (
        <button key={tab} type="button" aria-pressed={settings.value.tab === tab} onClick={() => change({ tab })}>
          {titles[tab]}
        </button>
      ))}
    </div>
  );
}
