/** What a page shows of any opened model. */
export interface OpenedModel {
  readonly name: string;
  readonly description: string;
  /** sha256 of the weights. */
  readonly hash: string;
  /** Bytes of the weights. */
  readonly bytes: number;
  readonly metrics: { readonly [name: string]: number };
  /** MODEL_CARD.md; empty where there is none. */
  readonly card: string;
}
