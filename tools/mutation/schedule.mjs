/**
 * Chooses the tests for each mutant: those that reach it, the cheap first, before them those that have killed mutants of the
 * same file and those of the file's own test; of all no more than `limit` processor seconds.
 */
export function scheduler(surveys, limit) {
  const reaching = new Map();
  const whileLoading = new Map();
  const add = (map, id, value) => (map.get(id) ?? map.set(id, []).get(id)).push(value);
  for (const { file, whileLoading: early, loading, tests } of surveys) {
    const sound = tests.flatMap(({ reached, seconds, failure }, index) =>
      failure ? [] : [{ test: [file, index, seconds, loading], reached }],
    );
    for (const { test, reached } of sound) for (const id of reached) add(reaching, id, test);
    for (const id of early) for (const { test } of sound) add(whileLoading, id, test);
  }
  const kills = new Map();
  const key = (mutant, [file, index]) => `${mutant.file} ${file} ${index}`;
  const cost = (mutant, test) => {
    const own = mutant.file === `${test[0]}.ts` ? 0.2 : 1;
    return (own * (test[2] + 0.01)) / (1 + 3 * (kills.get(key(mutant, test)) ?? 0));
  };
  const chosen = (mutant, tests) => {
    const sorted = tests.toSorted((a, b) => cost(mutant, a) - cost(mutant, b));
    let sum = 0;
    return sorted.filter((test, i) => (sum += test[2]) < limit || i === 0);
  };
  return {
    /** `usual`: tests in the modules as they are; `anew`: tests for which the modules are loaded with the mutant. */
    testsFor(mutant) {
      const anew = whileLoading.get(mutant.id) ?? [];
      const files = new Set(anew.map(([file]) => file));
      const usual = (reaching.get(mutant.id) ?? []).filter(([file]) => !files.has(file));
      return { usual: chosen(mutant, usual), anew: chosen(mutant, anew) };
    },
    killed(mutant, by) {
      kills.set(key(mutant, by), (kills.get(key(mutant, by)) ?? 0) + 1);
    },
  };
}

/** A permutation by mulberry32 (Tommy Ettinger, 2017), so that the beginning of the list is a random sample. */
export function shuffled(list, seed) {
  const out = [...list];
  let state = seed | 0;
  for (let i = out.length - 1; i > 0; i--) {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    const j = Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}
