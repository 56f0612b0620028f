/** 64 bits that name a stream of random numbers; plain data. */
export interface Key {
  readonly hi: number;
  readonly lo: number;
}
