import test from 'ava';
import { mergeSections } from '#src/card-sections.js';

const lines = (...parts: string[]): string => `${parts.join('\n\n')}\n`;

test('sections made anew take the place of earlier ones; what was added stays behind what it stood behind', (t) => {
  const earlier = lines(
    '# digits',
    '## First words',
    'mine',
    '## Measured',
    'old',
    '## Heard by',
    'a drummer',
    '## Limits',
    'old',
    '## Last',
  );
  const made = lines('# digits', 'New.', '## Measured', 'new', '## Table', 'new', '## Limits', 'new');
  t.is(
    mergeSections(made, earlier),
    lines(
      '# digits',
      'New.',
      '## First words',
      'mine',
      '## Measured',
      'new',
      '## Heard by',
      'a drummer',
      '## Table',
      'new',
      '## Limits',
      'new',
      '## Last',
    ),
  );
});

test('a part of a text leaves the rest of it as it was', (t) => {
  const earlier = lines('# digits', 'Words.', '## Model', 'a', '## Measured', 'old', '## Limits', 'b');
  t.is(
    mergeSections(lines('## Measured', 'new', '## Evaluation', 'c'), earlier),
    lines('# digits', 'Words.', '## Model', 'a', '## Measured', 'new', '## Limits', 'b', '## Evaluation', 'c'),
  );
  t.is(mergeSections('', earlier), earlier);
  t.is(mergeSections(earlier, ''), earlier);
});

test('titles that have an order stand in it, and sections that no longer hold are left out', (t) => {
  const settings = { level: 3, order: ['Likelihood', 'Pictures', 'Copies'], stale: (title: string) => title === 'Copies' };
  const earlier = lines('Old weights.', '### Pictures', 'a', '### Copies', 'b', '### Mine', 'c');
  t.is(
    mergeSections(lines('Weights.', '### Likelihood', 'new'), earlier, settings),
    lines('Weights.', '### Likelihood', 'new', '### Pictures', 'a', '### Mine', 'c'),
  );
});

test('a title in a block of code is no title, and lines may end as on Windows', (t) => {
  const earlier = lines('# a', '## Made with', '```\n## no title\n```', '## Mine', 'b').replaceAll('\n', '\r\n');
  t.is(mergeSections(lines('# a', '## Made with', 'c'), earlier), lines('# a', '## Made with', 'c', '## Mine', 'b'));
});
