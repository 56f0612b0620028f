/** Where a model comes from: the whole address of a folder on this site, or the files that were dropped or chosen. */
export type ModelSource = { readonly address: string } | { readonly files: readonly File[] };

/** How far a download is; total is 0 where the server does not say. */
export interface Received {
  readonly file: string;
  readonly bytes: number;
  readonly total: number;
}

/** A share where the server says how long the file is, else what has come. */
export const receivedInWords = ({ file, bytes, total }: Received): string =>
  `${file} ${total >= bytes && total > 0 ? `${Math.round((100 * bytes) / total)} %` : `${(bytes / 2 ** 20).toFixed(1)} MiB`}`;
