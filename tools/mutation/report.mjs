/** What came of the mutants: counts a file and in all, and every mutant that no test has killed. */
export function summary(mutants, results) {
  const verdictOf = new Map(results.map((result) => [result.id, result.verdict]));
  const row = (name, list) => {
    const tested = list.filter(({ id }) => verdictOf.has(id));
    const count = (...verdicts) => tested.filter(({ id }) => verdicts.includes(verdictOf.get(id))).length;
    const killed = count('killed', 'timeout');
    return {
      name,
      mutants: list.length,
      words: list.filter(({ words }) => words).length,
      tested: tested.length,
      killed,
      timeout: count('timeout'),
      survived: count('survived'),
      unreached: count('unreached'),
      score: tested.length > 0 ? killed / tested.length : null,
      interval: tested.length > 0 ? wilson(killed, tested.length) : null,
    };
  };
  const files = [...new Set(mutants.map(({ file }) => file))];
  return {
    total: row('all', mutants),
    files: files.map((file) =>
      row(
        file,
        mutants.filter((mutant) => mutant.file === file),
      ),
    ),
    alive: mutants
      .filter(({ id }) => ['survived', 'unreached'].includes(verdictOf.get(id)))
      .map((mutant) => ({ ...mutant, verdict: verdictOf.get(mutant.id) })),
  };
}

/** The 95 % interval of a share (Wilson, 1927). */
function wilson(count, of) {
  const z = 1.96;
  const share = count / of;
  const half = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return [-half, half].map((side) => (share + (z * z) / (2 * of) + side) / (1 + (z * z) / of));
}

export function markdown({ total, files, alive }) {
  const percent = (share) => (100 * share).toFixed(1);
  const line = (row) =>
    `| ${row.name} | ${row.mutants} | ${row.words} | ${row.tested} | ${row.killed} | ${row.timeout} | ${row.survived} | ${row.unreached} | ` +
    `${row.score === null ? '' : `${percent(row.score)} % (${row.interval.map(percent).join('–')})`} |`;
  const short = (text) => text.replace(/\s+/g, ' ').slice(0, 100);
  const mutant = ({ id, file, line, mutator, original, replacement, verdict }) =>
    `- ${file}:${line}, ${mutator} (${id}${verdict === 'unreached' ? ', reached by no test' : ''})\n\n` +
    `      ${short(original)}\n      ${short(replacement)}\n`;
  return [
    '| source | mutants | words of errors | tested | killed | of these by timeout | survived | unreached | score (95 %) |',
    '|---|---|---|---|---|---|---|---|---|',
    ...files.map(line),
    line(total),
    '',
    '## Not killed',
    '',
    ...alive.map(mutant),
  ].join('\n');
}
