import { useEffect, useRef } from 'preact/hooks';
import type { PictureForm } from '../../../data/picture-set.js';
import { paint } from '../../view/paint.js';

interface Props {
  readonly levels: ArrayLike<number>;
  readonly form: PictureForm;
  /** What a screen reader says; without it the picture is decoration. */
  readonly alt?: string;
}

/** A picture, pixel by pixel. */
export function Shown({ levels, form, alt }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) paint(canvas.current, levels, form);
  }, [levels, form]);
  return (
    <canvas
      ref={canvas}
      class="shown"
      width={1}
      height={1}
      data-crisp="true"
      {...(alt === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': alt })}
    />
  );
}
