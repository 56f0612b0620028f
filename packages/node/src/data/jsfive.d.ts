declare module 'jsfive' {
  export interface Dataset {
    readonly shape: readonly number[];
    readonly dtype: string | readonly unknown[];
    readonly value: readonly (number | undefined)[];
    readonly _dataobjects?: {
      readonly is_dataset: boolean;
      readonly chunks: readonly number[] | null;
      readonly filter_pipeline: readonly ReadonlyMap<string, unknown>[] | null;
    };
  }
  export class File {
    constructor(bytes: ArrayBuffer, name: string);
    readonly _links: { readonly [name: string]: number | string };
    get(path: string): Dataset;
  }
  export const Filters: Map<number, (packed: ArrayBuffer) => ArrayBuffer>;
}
