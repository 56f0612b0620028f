import type { ComponentType } from 'preact';

/** A part of a page: one thing that can be done with what it shows. */
export interface Panel {
  /** Part of the address, such as `morph`. */
  readonly id: string;
  readonly title: string;
  /** What it is for, in a sentence. */
  readonly about: string;
  readonly View: ComponentType;
}
