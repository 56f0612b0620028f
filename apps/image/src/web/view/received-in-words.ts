import type { Received } from '../studio-verbs.js';

/** How far a download is: a share where the server says how long the file is, else what has come. */
export const receivedInWords = ({ file, bytes, total }: Received): string =>
  `${file} ${total >= bytes && total > 0 ? `${Math.round((100 * bytes) / total)} %` : `${(bytes / 2 ** 20).toFixed(1)} MiB`}`;
