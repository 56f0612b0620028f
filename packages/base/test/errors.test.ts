import test from 'ava';
import { requestFailure } from '#src/errors.js';

test('the reason of a failed request is that of its cause, or its code where the cause says nothing', (t) => {
  const failed = (cause?: unknown) => new TypeError('fetch failed', { cause });
  t.is(requestFailure(failed(new Error('getaddrinfo ENOTFOUND a'))), 'getaddrinfo ENOTFOUND a');
  t.is(requestFailure(failed(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))), 'ECONNREFUSED');
  t.is(requestFailure(failed(new AggregateError([]))), 'AggregateError');
  t.is(requestFailure(failed()), 'fetch failed');
  t.is(requestFailure('gone'), 'gone');
});
