import { startProcess } from './process.mjs';

/** No process serves for longer: modules that were loaded for one mutant stay in its memory. */
const TRIALS = 400;
const LOADINGS = 60;

/** Tries mutants one by one: `verdict: 'killed' | 'timeout' | 'survived' | 'unreached'`, and by which test. */
export function trials(setting, schedule) {
  let child;
  let tried = 0;
  let loadings = 0;
  const renew = async () => {
    await child?.stop();
    [tried, loadings] = [0, 0];
    child = await startProcess(setting);
  };
  const ask = async (question) => {
    if (!child || child.dead || tried >= TRIALS || loadings >= LOADINGS) await renew();
    tried++;
    if (question.anew) loadings++;
    const answer = await child.ask({ kind: 'run', ...question });
    if (answer.problem) throw new Error(answer.problem);
    return answer;
  };
  /** A test that fails without the mutant as well, afterwards, says nothing: once more in a new process. */
  const certain = async (question) => {
    const answer = await ask(question);
    if (!answer.spoilt) return answer;
    await renew();
    return ask(question);
  };
  return {
    async trial(mutant) {
      const { usual, anew } = schedule.testsFor(mutant);
      if (usual.length === 0 && anew.length === 0) return { verdict: 'unreached' };
      let answer = { killed: false };
      if (usual.length > 0) answer = await certain({ id: mutant.id, tests: usual });
      if (!answer.killed && anew.length > 0) answer = await ask({ id: mutant.id, tests: anew, anew: true });
      if (!answer.killed) return { verdict: 'survived' };
      if (answer.died) return { verdict: 'timeout', why: answer.died };
      schedule.killed(mutant, answer.by);
      return { verdict: answer.why === 'it hangs' ? 'timeout' : 'killed', by: answer.by, why: answer.why };
    },
    stop: () => child?.stop(),
  };
}
