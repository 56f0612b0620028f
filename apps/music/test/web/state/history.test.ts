import test from 'ava';
import { createHistory } from '#src/web/state/history.js';

test('states go back and forth; a gesture is one step; what was undone is lost with the next state', (t) => {
  const history = createHistory(0);
  t.false(history.canUndo.value);
  history.push(1);
  history.push(2, 'drag 1');
  history.push(3, 'drag 1');
  history.push(4, 'drag 2');
  t.is(history.now.value, 4);
  history.undo();
  t.is(history.now.value, 3);
  history.undo();
  t.is(history.now.value, 1, 'the gesture was one step');
  history.redo();
  t.is(history.now.value, 3);
  t.true(history.canRedo.value);
  history.push(5);
  t.false(history.canRedo.value);
  history.undo();
  history.undo();
  history.undo();
  history.undo();
  t.is(history.now.value, 0);
});

test('a history that begins again has nothing before and nothing after', (t) => {
  const history = createHistory(0);
  history.push(1, 'drag');
  history.push(2);
  history.undo();
  history.begin(3);
  t.is(history.now.value, 3);
  t.false(history.canUndo.value);
  t.false(history.canRedo.value);
  history.push(4, 'drag');
  history.undo();
  t.is(history.now.value, 3);
});
