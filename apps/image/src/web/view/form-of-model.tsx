import type { PictureForm } from '../../data/picture-set.js';

/** What a model's pictures are, in its card. */
export const FormOfModel = ({ size, channels, levels, classes }: PictureForm) => (
  <>
    <dt>Pictures</dt>
    <dd>
      {size} × {size}, {channels === 1 ? 'grey' : 'colour'}, {levels} levels
    </dd>
    {classes.length > 0 && <dt>Classes</dt>}
    {classes.length > 0 && <dd>{classes.join(', ')}</dd>}
  </>
);
