/** One file of a site, as a service worker keeps it. */
export interface SiteFile {
  /** Relative to the site's root. */
  readonly path: string;
  /** SHA-256, base64, as `integrity` takes it: `sha256-…`. */
  readonly integrity: string;
}

/** What a service worker is to know of its site. */
export interface OfflineManifest {
  /** Changes with any byte of any file. */
  readonly version: string;
  /** Fetched when the worker is installed. */
  readonly now: readonly SiteFile[];
  /** Kept once that they are asked for. */
  readonly later: readonly SiteFile[];
}
