import { AdvectError } from '@advect/base/errors';
import { defineCommand } from '@advect/node';
import { openModel } from '../files/open.js';
import { modelOption } from './tune-options.js';

export const selftest = defineCommand({
  name: 'selftest',
  summary: 'Check that the model computes here what it should: known tunes there and back, and the same twice.',
  options: { model: modelOption },
  examples: [['selftest', 'a few seconds']],
  async run({ options: o, note, print, json, signal }) {
    const { flow, name } = await openModel(o.model, signal);
    const { checkFlow } = await import('../model/selftest.js');
    const checks = await checkFlow(flow, { signal });
    const failed = checks.filter(({ passed }) => !passed);
    if (json) print(JSON.stringify({ model: name, passed: failed.length === 0, checks }));
    else
      for (const { what, value, limit, passed } of checks)
        print(`${passed ? 'passed' : 'FAILED'}  ${what}: ${value.toPrecision(3)} (at most ${limit})`);
    if (failed.length > 0) {
      throw new AdvectError(
        'invalid-value',
        `${failed.length} of ${checks.length} checks failed`,
        'Results on this machine are not to be trusted; run it with ADVECT_DEBUG=1 and another version of Node.js.',
      );
    }
    note(`${checks.length} checks passed`);
  },
});
