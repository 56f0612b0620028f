/** One file of a built site. */
export interface BuiltFile {
  /** Relative to the site's root. */
  readonly path: string;
  readonly bytes: number;
  /** What goes over the line. */
  readonly gzip: number;
}

/** What a site weighs. */
export interface SiteReport {
  readonly files: readonly BuiltFile[];
  /** Bytes, packed by gzip, of everything but the models. */
  readonly page: number;
}
