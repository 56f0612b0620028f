/** The whole address of a file of the site's models. */
export const addressOfModel = (path: string): string => new URL(`models/${path}`, document.baseURI).href;

/** The address that a setting means: the name of a shipped model, or an address of this site. */
export const addressOfSetting = (model: string): string =>
  /^[\w-]+$/.test(model) ? addressOfModel(`${model}/`) : new URL(model, document.baseURI).href;
