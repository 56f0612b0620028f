/** Whose music a model has learned from, as its manifest and its card say. */
export type MusicCredit = {
  readonly data: string;
  readonly data_licence: string;
  readonly data_url?: string;
  readonly data_sha256?: string;
};
