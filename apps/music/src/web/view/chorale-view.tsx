import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { createRollDesk } from '../roll/desk.js';
import { Roll } from '../roll/roll.js';
import type { Actions } from '../state/actions.js';
import type { Keepsakes } from '../state/keepsakes.js';
import type { Session } from '../state/session.js';
import { ChangeCard } from './change-card.js';
import { KeepsakeStrip } from './keepsake-strip.js';
import { MakingCard } from './making-card.js';
import { Mixer } from './mixer.js';
import { SeedBar } from './seed-bar.js';
import { SoundCard } from './sound-card.js';
import { ToolBar } from './tool-bar.js';
import { TransportBar } from './transport-bar.js';

interface Props {
  readonly session: Session;
  readonly keepsakes: Keepsakes;
  readonly actions: Actions;
}

/** The chorale tab: the roll, playing and composing. */
export function ChoraleView({ session, keepsakes, actions }: Props) {
  const shown = useComputed(() => session.forming.value?.score ?? session.score.value);
  const desk = useMemo(() => createRollDesk(session, shown), [session]);
  return (
    <>
      <div class="stage">
        <TransportBar {...{ session, actions }} />
        <div class="card roll-card">
          <ToolBar {...{ session, desk }} />
          <Roll {...{ session, desk }} />
          <Mixer {...{ session, desk }} />
        </div>
        <SeedBar {...{ session, keepsakes, actions }} />
        <KeepsakeStrip keepsakes={keepsakes} />
      </div>
      <aside aria-label="Settings">
        <MakingCard session={session} />
        <SoundCard session={session} />
        <ChangeCard session={session} />
      </aside>
    </>
  );
}
