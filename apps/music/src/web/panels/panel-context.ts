import type { Panel } from '@advect/web';
import type { Session } from '../state/session.js';

/** Makes a panel of a session. */
export type MakePanel = (session: Session) => Panel;
