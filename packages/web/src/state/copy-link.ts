import { AdvectError } from '@advect/base/errors';
import type { Troubles } from './troubles.js';
import type { Announcer } from '../ui/live-region.js';

/** In a gesture: copies the address of the page, with all that it holds, and says so; tells whether it did. What forbids it is reported. */
export async function copyLink({ announcer, report }: Pick<Troubles, 'report'> & { readonly announcer: Announcer }): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(location.href);
    announcer.say('The link is copied.');
    return true;
  } catch (cause) {
    report(new AdvectError('unsupported', 'the browser lets this page copy nothing', 'Copy the address from the address bar.', cause));
    return false;
  }
}
