import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { choice, defineCommand, flag, list, numeric, runProgram, text, type Program } from '#src/index.js';

const echo = defineCommand({
  name: 'echo',
  summary: 'Print what it was given.',
  positionals: [{ name: 'FILE', description: 'a file', required: false, many: true }],
  options: {
    steps: numeric({ description: 'solver steps', integer: true, min: 1, max: 1000, default: 40 }),
    labelDropout: numeric({ description: 'share of labels hidden', min: 0, max: 1 }),
    method: choice(['euler', 'dopri5'], { description: 'solver', default: 'dopri5' }),
    label: list({ description: 'labels' }),
    out: text({ description: 'where to', short: 'o' }),
    force: flag({ description: 'replace', aliases: ['overwrite'] }),
  },
  run: async ({ options, positionals, print, note }) => {
    note('working');
    print(JSON.stringify({ ...options, positionals }));
  },
});

const failing = (thrown: unknown) => defineCommand({ name: 'fail', summary: 'Fail.', options: {}, run: () => Promise.reject(thrown) });

const program: Program = { name: 'thing', version: '1.2.3', summary: 'A thing.', commands: [echo] };

async function run(argv: string[], { of = program, env = {} }: { of?: Program; env?: Record<string, string> } = {}) {
  let out = '';
  let err = '';
  const code = await runProgram(of, {
    argv,
    env,
    stdout: { write: (line: string) => void (out += line) },
    stderr: { write: (line: string) => void (err += line) },
  });
  return { code, out, err };
}

test('a command gets checked values, defaults and positionals; results and notes go to different streams', async (t) => {
  const { code, out, err } = await run([
    'echo',
    'a.png',
    '--steps',
    '8',
    '--label-dropout=0.5',
    '--label',
    '3,4',
    '--label=7',
    '-o',
    'x',
    'b.png',
  ]);
  t.is(code, 0);
  t.deepEqual(JSON.parse(out), {
    steps: 8,
    labelDropout: 0.5,
    method: 'dopri5',
    label: ['3', '4', '7'],
    out: 'x',
    force: false,
    positionals: ['a.png', 'b.png'],
  });
  t.is(err, 'working\n');
  t.is((await run(['echo', '--quiet'])).err, '');
});

test('camelCase and snake_case spellings are taken; what follows -- is positional', async (t) => {
  const { out } = await run(['echo', '--labelDropout', '0.25', '--', '--steps']);
  t.like(JSON.parse(out), { labelDropout: 0.25, positionals: ['--steps'] });
  t.like(JSON.parse((await run(['echo', '--', '--My_File', '--json'])).out), { positionals: ['--My_File', '--json'] });
  t.true((await run(['echo', '--bad', '--', '--json'])).err.startsWith('error: '), 'nothing after -- is an option');
  t.like(JSON.parse((await run(['echo', '--label_dropout', '0.25'])).out), { labelDropout: 0.25 });
});

test('an alias is the option itself, and the help tells it', async (t) => {
  t.like(JSON.parse((await run(['echo', '--overwrite'])).out), { force: true });
  t.regex((await run(['echo', '--help'])).out, /--force +replace \(also --overwrite\)/);
});

test('a file goes to standard output byte by byte, and never to a terminal', async (t) => {
  const command = defineCommand({ name: 'file', summary: '', options: {}, run: async ({ write }) => write(Uint8Array.of(0, 200, 10)) });
  const written: (string | Uint8Array)[] = [];
  const to = async (isTTY: boolean) => {
    let err = '';
    const stdout = { isTTY, write: (part: string | Uint8Array) => written.push(part) };
    const stderr = { write: (line: string | Uint8Array) => void (err += line) };
    return { code: await runProgram({ ...program, commands: [command] }, { argv: ['file'], env: {}, stdout, stderr }), err };
  };
  t.is((await to(false)).code, 0);
  t.deepEqual(written, [Uint8Array.of(0, 200, 10)]);
  t.like(await to(true), { code: 2 });
  t.is(written.length, 1);
});

test('the status line: none under --no-progress, and no cursor control on a dumb terminal', async (t) => {
  const work = defineCommand({
    name: 'work',
    summary: '',
    options: {},
    run: async ({ progress, note }) => (progress.update(1, 2), note('n')),
  });
  const shown = async (argv: string[], env: Record<string, string>) => {
    let err = '';
    const stderr = { isTTY: true, write: (line: string | Uint8Array) => void (err += line) };
    await runProgram({ ...program, commands: [work] }, { argv: ['work', ...argv], env, stdout: { write: () => {} }, stderr });
    return err;
  };
  t.true((await shown([], {})).includes('\x1b['));
  t.is(await shown(['--no-progress'], {}), 'n\n');
  t.regex(await shown([], { TERM: 'dumb' }), /^ *50% {2}1\/2\nn\n$/);
});

test('a negative number is a value, not a flag', async (t) => {
  const { code, err } = await run(['echo', '--steps', '-3']);
  t.is(code, 2);
  t.is(err, "error: --steps is '-3' where a whole number from 1 to 1000 belongs\n  Give a whole number from 1 to 1000.\n");
});

for (const [argv, message, hint] of [
  [['ecko'], "thing has no command 'ecko'", "Did you mean 'echo'?"],
  [['echo', '--step', '4'], "'echo' has no option --step", 'Did you mean --steps?'],
  [['echo', '--steps'], '--steps needs a value', '--steps VALUE'],
  [['echo', '--steps', '--force'], '--steps needs a value', '--steps VALUE'],
  [['echo', '--force=yes'], "--force takes no value, and got 'yes'", 'alone'],
  [['echo', '--steps', '1.5'], "--steps is '1.5' where a whole number", 'Give a whole number'],
  [['echo', '--steps', ''], '--steps is', 'Give a whole number'],
  [['echo', '--method', 'dopri'], "--method is 'dopri' where one of euler, dopri5 belongs", "Did you mean 'dopri5'?"],
  [['echo', '--label', ''], "--label is ''", 'a list that is not empty'],
  [['echo', '--label', '3', '--label=,'], "--label is ','", 'a list that is not empty'],
  [['echo', '--__proto__', '1'], "'echo' has no option --__proto__", '--help'],
  [['echo', '--toString'], "'echo' has no option", '--help'],
  [['echo', '--steps', '--'], "--steps is '--'", 'whole number'],
  [['echo', '--steps', '1e999'], '--steps is', 'whole number'],
  [['toString'], "thing has no command 'toString'", 'echo'],
  [['echo', '-x'], "'echo' has no option -x", '--help'],
] as const) {
  test(`wrong usage exits 2 with a way out: ${JSON.stringify(argv)}`, async (t) => {
    const { code, out, err } = await run([...argv]);
    t.is(code, 2);
    t.is(out, '');
    t.true(err.startsWith(`error: ${message}`), err);
    t.true(err.includes(hint), err);
    t.false(err.includes('    at '), 'no stack');
  });
}

test('a missing and a surplus positional are named', async (t) => {
  const strict = { ...echo, positionals: [{ name: 'FILE', description: 'a picture', required: true }] };
  const of = { ...program, commands: [strict] };
  t.true((await run(['echo'], { of })).err.includes("'echo' needs FILE: a picture"));
  t.true((await run(['echo', 'a', 'b'], { of })).err.includes("does not know what to do with 'b'"));
});

test('exit codes: 1 failed, 2 usage, 130 interrupted; the stack only where ADVECT_DEBUG is set', async (t) => {
  const ending = async (thrown: unknown, env = {}) => run(['fail'], { of: { ...program, commands: [failing(thrown)] }, env });
  t.is((await ending(new AdvectError('invalid-file', 'm', 'h'))).code, 1);
  t.is((await ending(new AdvectError('invalid-option', 'm', 'h'))).code, 2);
  t.is((await ending(new AdvectError('aborted', 'm', 'h'))).code, 130);
  const unexpected = await ending(new TypeError('x is not a function'));
  t.is(unexpected.code, 1);
  t.true(unexpected.err.includes('x is not a function') && unexpected.err.includes('ADVECT_DEBUG=1'));
  t.false(unexpected.err.includes('    at '));
  t.true((await ending(new TypeError('x'), { ADVECT_DEBUG: '1' })).err.includes('    at '));
});

test('under --json an error is one JSON value', async (t) => {
  const { err } = await run(['echo', '--json', '--steps', '0']);
  t.like(JSON.parse(err), { error: { code: 'invalid-option' } });
});

test('a terminal that does not tell its width has 80 columns', async (t) => {
  const wide = defineCommand({
    name: 'wide',
    summary: '',
    options: {},
    run: async ({ terminal, print }) => print(String(terminal.columns)),
  });
  for (const columns of [undefined, 0]) {
    let out = '';
    const stdout = { write: (line: string) => void (out += line), columns };
    await runProgram({ ...program, commands: [wide] }, { argv: ['wide'], env: {}, stdout, stderr: { write: () => {} } });
    t.is(out, '80\n');
  }
});

test('help is made from the same data as the checks', async (t) => {
  const overview = await run(['--help']);
  t.is(overview.code, 0);
  t.regex(overview.out, /echo\s+Print what it was given\./);
  const { code, out } = await run(['echo', '--help']);
  t.is(code, 0);
  t.regex(out, /Usage: thing echo \[FILE\]… \[options\]/);
  t.regex(out, /--steps N\s+solver steps \(from 1 to 1000; default: 40\)/);
  t.regex(out, /-o, --out TEXT/);
  t.regex(out, /-h, --help/);
  t.regex(out, / {6}--no-progress/);
  t.is((await run(['help', 'echo'])).out, out);
  t.is((await run(['--version'])).out, 'thing 1.2.3\n');
  t.is((await run([])).code, 2);
});
