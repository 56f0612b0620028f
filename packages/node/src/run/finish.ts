import { AdvectError } from '@advect/base/errors';
import { shellWord } from '@advect/base/shell-word';
import type { CommandContext } from '../cli/command.js';
import type { SessionEntry } from './log.js';
import type { OpenRun } from './open.js';
import type { RunOutcome } from './train.js';

/**
 * Makes the model of a run that is trained, and tells the log what was measured of it. Where that is interrupted or fails
 * nothing of the training is lost: the error, or a note, says how to go on from its end.
 *
 * @param make measures and writes the model; what it returns, numbers by name, goes into the log
 * @param goOn what the command line that goes on needs behind `train --resume RUN`
 */
export async function finishRun(
  { log, folder }: OpenRun,
  { step }: RunOutcome,
  { note }: Pick<CommandContext, 'note'>,
  make: () => Promise<Readonly<Record<string, number>>>,
  goOn = '',
): Promise<void> {
  const happened = async (event: SessionEntry['event'], more: Partial<SessionEntry>): Promise<void> => {
    await log.add({ event, step, time: new Date().toISOString(), ...more });
    await log.flush();
  };
  const command = `train --resume ${shellWord(folder)}${goOn}`;
  try {
    await happened('finished', { metrics: await make() });
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (thrown instanceof AdvectError && thrown.code === 'aborted') {
      await happened('interrupted', { message: 'before the model was written' });
      throw new AdvectError('aborted', 'interrupted after the training, before the model was written', `Go on with: ${command}`, thrown);
    }
    await happened('failed', { message });
    note(`The training is safe: ${command}`);
    throw thrown;
  }
}
