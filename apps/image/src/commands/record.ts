import type { CommandContext } from '@advect/node';
import type { JsonValue } from '@advect/core/io';
import type { PictureSettings, PictureTask } from '../format/picture-settings.js';
import type { OpenModel } from '../model/open-model.js';

type Told = Omit<PictureSettings, 'v' | 'app' | 'version' | 'task' | 'model' | 'options'>;

/** What a file says of its making: the task, the model, what it was told, and of its further options those that are given. */
export function record(
  { program }: Pick<CommandContext, 'program'>,
  task: PictureTask,
  { name, hash }: Pick<OpenModel, 'name' | 'hash'>,
  told: Told,
  options: { readonly [option: string]: JsonValue | undefined } = {},
): PictureSettings {
  const kept = (fields: object): [string, JsonValue][] =>
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== false);
  const further = kept(options);
  return {
    v: 1,
    app: 'advect-image',
    version: program.split(' ').at(-1)!,
    task,
    model: { name, sha256: hash },
    ...(Object.fromEntries(kept(told)) as Told),
    ...(further.length > 0 && { options: Object.fromEntries(further) }),
  };
}
