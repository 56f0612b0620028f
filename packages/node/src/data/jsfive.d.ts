declare module 'jsfive' {
  export class File {
    constructor(bytes: ArrayBuffer, name: string);
    get(path: string): { readonly shape: readonly number[]; readonly value: ArrayLike<number> };
  }
}
