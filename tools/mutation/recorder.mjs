// Stands in for `ava`: keeps the tests that a file declares for the process that runs them.
const declared = [];
const record = (kind) => (title, body) =>
  declared.push(typeof title === 'function' ? { kind, title: kind, body: title } : { kind, title, body });

const test = record('test');
test.serial = test;
test.before = record('before');
test.after = Object.assign(record('after'), { always: record('after') });
test.skip = () => {};
export default test;

/** The tests and hooks that were declared since the last call. */
export const takeDeclared = () => declared.splice(0);
