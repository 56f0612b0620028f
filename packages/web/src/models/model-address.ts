import { AdvectError } from '@advect/base/errors';

/** The whole address of a file of the site's models. */
export const addressOfModel = (path: string): string => new URL(`models/${path}`, document.baseURI).href;

/**
 * The address that a setting means: the name of a shipped model, or an address of this site. Throws `invalid-value` for what is no
 * address, and `unsupported` for another site's, which the page never asks.
 */
export function addressOfSetting(model: string, base: string = document.baseURI): string {
  if (/^[\w-]+$/.test(model)) return new URL(`models/${model}/`, base).href;
  const hint = 'Give the name of a model that comes with the page, or an address on this site such as models/NAME/.';
  if (!URL.canParse(model, base)) throw new AdvectError('invalid-value', `'${model}' is no address of a model`, hint);
  const address = new URL(model, base);
  if (address.origin === new URL(base).origin) return address.href;
  throw new AdvectError('unsupported', `'${model}' is not on this site, and the page asks no other`, hint);
}
