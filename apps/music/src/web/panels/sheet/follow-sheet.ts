import type { Player } from '../../sound/player.js';
import type { SheetMark } from './engraver.js';

/** Marks on the sheet what sounds, as long as it does. Gives what ends it. */
export function followSheet(marks: readonly SheetMark[], player: Player): () => void {
  let frame = 0;
  let step = -1;
  const show = (now: number): void => {
    if (now === step) return;
    step = now;
    for (const { from, to, nodes } of marks) for (const node of nodes) node.classList.toggle('sounds', from <= now && now < to);
  };
  const follow = (): void => {
    show(Math.floor(player.position()));
    frame = requestAnimationFrame(follow);
  };
  const forget = player.state.subscribe((state) => {
    cancelAnimationFrame(frame);
    if (state === 'playing') follow();
    else show(-1);
  });
  return () => {
    cancelAnimationFrame(frame);
    forget();
    show(-1);
  };
}
