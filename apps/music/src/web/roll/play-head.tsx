import { useSignalEffect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import type { Player } from '../sound/player.js';
import type { Geometry } from './geometry.js';

interface Props {
  readonly player: Player;
  readonly geometry: Geometry;
  readonly scroller: RefObject<HTMLElement | null>;
  /** Told the step that sounds, −1 for none. */
  readonly onStep: (step: number) => void;
}

/** The line that runs through the roll, moved at each frame by the audio clock; the roll turns its page when it comes to the end. */
export function PlayHead({ player, geometry, scroller, onStep }: Props) {
  const head = useRef<HTMLDivElement>(null);
  const place = (step: number): void => {
    const x = geometry.x(step);
    if (head.current) head.current.style.transform = `translateX(${x}px)`;
    const view = scroller.current;
    if (!view || player.state.peek() !== 'playing') return;
    if (x < view.scrollLeft || x > view.scrollLeft + view.clientWidth * 0.9) {
      const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
      view.scrollTo({ left: Math.max(0, x - view.clientWidth * 0.1), behavior });
    }
  };
  useSignalEffect(() => {
    let frame = 0;
    if (player.state.value !== 'playing') {
      place(player.at.value);
      onStep(-1);
      return undefined;
    }
    const step = (): void => {
      const now = player.position();
      place(now);
      onStep(Math.floor(now));
      frame = requestAnimationFrame(step);
    };
    step();
    return () => cancelAnimationFrame(frame);
  });
  if (head.current) place(player.position());
  return <div ref={head} class="play-head" aria-hidden="true" data-playing={player.state.value === 'playing'} />;
}
