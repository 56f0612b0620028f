/** Shapes of buttons, in a square of 24. */
export const shapes = {
  play: 'M8 5.2v13.6L19 12z',
  stop: 'M6 6h12v12H6z',
  loop: 'M7 7h9V4l5 4.5-5 4.5v-3H9v4H5V9a2 2 0 0 1 2-2zm10 10H8v3l-5-4.5L8 11v3h7v-4h4v5a2 2 0 0 1-2 2z',
  undo: 'M9 5v4h5a6 6 0 0 1 0 12H8v-3h6a3 3 0 0 0 0-6H9v4L3 10.500z',
  redo: 'M15 5v4h-5a6 6 0 0 0 0 12h6v-3h-6a3 3 0 0 1 0-6h5v4l6-5.500z',
  heart: 'M12 20.5 4.2 12.9a5 5 0 0 1 7.1-7.1l.7.7.7-.7a5 5 0 0 1 7.1 7.1z',
  dice: 'M6 3h12a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3zm2 3.6A1.4 1.4 0 1 0 8 9.4a1.4 1.4 0 0 0 0-2.8zm8 8a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.8zm-4-4a1.4 1.4 0 1 0 0 2.8 1.4 1.4 0 0 0 0-2.8z',
  closed: 'M7 10V7a5 5 0 0 1 10 0v3h1.500v11h-13V10zm2 0h6V7a3 3 0 0 0-6 0z',
  opened: 'M9 10h9.500v11h-13V10H7V7a5 5 0 0 1 9.600-2l-1.800.8A3 3 0 0 0 9 7z',
  pen: 'M4 16.500 15.500 5l3.500 3.500L7.500 20H4zM17 3.500l3.500 3.500-1 1L16 4.500z',
  rubber: 'M9 20 3.500 14.500a1.500 1.500 0 0 1 0-2L12 4l8 8-8 8zm-3.500-6.500L10 18l2.500-2.500L8 11z',
} as const;

interface Props {
  readonly shape: keyof typeof shapes;
  readonly class?: string;
}

/** One of them, seen by nobody who listens. */
export const Icon = ({ shape, class: name }: Props) => (
  <svg class={name} viewBox="0 0 24 24" aria-hidden="true">
    <path d={shapes[shape]} />
  </svg>
);
