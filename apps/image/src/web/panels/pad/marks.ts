/** A line drawn with a round brush. Places and lengths are in pixels of the picture; the middle of the first pixel is (0.5, 0.5). */
export interface Stroke {
  readonly kind: 'stroke';
  /** What it leaves, one number for each channel; undefined where it takes away what was drawn before. */
  readonly ink: readonly number[] | undefined;
  readonly radius: number;
  /** x and y of the places it goes through, in turn. */
  readonly path: readonly number[];
}

/** One colour everywhere; undefined takes away all that was drawn. */
export interface Fill {
  readonly kind: 'fill';
  readonly ink: readonly number[] | undefined;
}

export type Mark = Stroke | Fill;

/** What was drawn, in order, and what was taken back and may come again. */
export interface Drawing {
  readonly marks: readonly Mark[];
  readonly undone: readonly Mark[];
}

export const blank: Drawing = { marks: [], undone: [] };

/** Adds a mark; what was taken back before is gone then. */
export const draw = ({ marks }: Drawing, mark: Mark): Drawing => ({ marks: [...marks, mark], undone: [] });

/** Takes the last mark back. */
export const undo = (drawing: Drawing): Drawing => {
  const last = drawing.marks.at(-1);
  return last ? { marks: drawing.marks.slice(0, -1), undone: [...drawing.undone, last] } : drawing;
};

/** Brings back the mark that was taken back last. */
export const redo = (drawing: Drawing): Drawing => {
  const next = drawing.undone.at(-1);
  return next ? { marks: [...drawing.marks, next], undone: drawing.undone.slice(0, -1) } : drawing;
};
