import test from 'ava';
import type { GraphBuilder } from '#src/graph/index.js';
import { simplified } from './simplified.js';

const x = (g: GraphBuilder): number => g.input('x', [4, 3]);

test('neutral numbers vanish; what could hide NaN stays', (t) => {
  t.is(
    simplified((g) => g.binary('add', x(g), g.fill(0, [4, 3]))),
    '%0',
  );
  t.is(
    simplified((g) => g.binary('sub', x(g), g.fill(0))),
    '%0',
  );
  t.is(
    simplified((g) => g.binary('mul', g.fill(1, [1, 3]), x(g))),
    '%0',
  );
  t.is(
    simplified((g) => g.binary('div', x(g), g.fill(1))),
    '%0',
  );
  t.is(
    simplified((g) => g.binary('mul', x(g), g.fill(0))),
    'fill 0 : float32 []; mul(%0, %1) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => (([a]: number[]) => g.binary('sub', a, a))([x(g)])),
    'sub(%0, %0) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.binary('add', g.input('one', [1, 3]), g.fill(0, [4, 3]))),
    'broadcast(%0) : float32 [4, 3]',
  );
});

test('signs are absorbed', (t) => {
  const neg = (g: GraphBuilder, id: number): number => g.unary('neg', id);
  t.is(
    simplified((g) => neg(g, neg(g, x(g)))),
    '%0',
  );
  t.is(
    simplified((g) => g.binary('add', x(g), neg(g, g.input('y', [4, 3])))),
    'sub(%0, %1) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => neg(g, g.binary('sub', x(g), g.input('y', [4, 3])))),
    'sub(%1, %0) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.binary('mul', neg(g, x(g)), neg(g, g.input('y', [4, 3])))),
    'mul(%0, %1) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => neg(g, g.binary('mul', x(g), g.fill(-3)))),
    'fill 3 : float32 []; mul(%0, %1) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.binary('mul', x(g), g.fill(-1, [4, 3]))),
    'neg(%0) : float32 [4, 3]',
  );
});

test('numbers gather in one factor', (t) => {
  t.is(
    simplified((g) => g.binary('mul', g.binary('mul', x(g), g.fill(3)), g.fill(5))),
    'fill 15 : float32 []; mul(%0, %1) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.binary('div', g.binary('mul', x(g), g.fill(3)), g.fill(2))),
    'fill 1.5 : float32 []; mul(%0, %1) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.binary('add', g.binary('add', x(g), g.fill(3)), g.fill(5))),
    'fill 8 : float32 []; add(%0, %1) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => (([a]: number[]) => g.binary('add', a, a))([x(g)])),
    'fill 2 : float32 []; mul(%0, %1) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.binary('mul', g.binary('mul', x(g), g.input('s', [1, 3])), g.fill(-2))),
    'fill -2 : float32 []; mul(%1, %2) : float32 [1, 3]; mul(%0, %3) : float32 [4, 3]',
  );
});

test('a factor that would overflow on its way stays where it is', (t) => {
  const far = simplified((g) => g.binary('mul', g.binary('mul', x(g), g.fill(1e-30)), g.fill(1e30)));
  t.is(far.split('mul').length, 3);
});

test('quotients: powers of two multiply, others divide', (t) => {
  t.is(
    simplified((g) => g.binary('div', x(g), g.fill(8))),
    'fill 0.125 : float32 []; mul(%0, %1) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.binary('div', x(g), g.fill(3))),
    'fill 3 : float32 []; div(%0, %1) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.binary('mul', x(g), g.unary('reciprocal', g.input('y', [4, 3])))),
    'div(%0, %1) : float32 [4, 3]',
  );
  t.regex(
    simplified((g) => g.binary('mul', x(g), g.unary('reciprocal', g.input('y', [1, 3])))),
    /^reciprocal\(%1\).*mul/,
  );
});

test('powers', (t) => {
  const pow = (exponent: number): string => simplified((g) => g.binary('pow', x(g), g.fill(exponent)));
  t.is(pow(0), 'fill 1 : float32 [4, 3]');
  t.is(pow(1), '%0');
  t.is(pow(2), 'mul(%0, %0) : float32 [4, 3]');
  t.is(pow(-1), 'reciprocal(%0) : float32 [4, 3]');
  t.regex(pow(0.5), /pow/);
});

test('functions of functions', (t) => {
  const one = (g: GraphBuilder): number => g.fill(1);
  const logistic = (g: GraphBuilder): number => g.binary('div', one(g), g.binary('add', g.unary('exp', g.unary('neg', x(g))), one(g)));
  t.is(simplified(logistic), 'sigmoid(%0) : float32 [4, 3]');
  t.is(
    simplified((g) => {
      const a = x(g);
      const tail = g.unary('log1p', g.unary('exp', g.unary('neg', g.unary('abs', a))));
      return g.binary('add', tail, g.binary('maximum', a, g.fill(0)));
    }),
    'softplus(%0) : float32 [4, 3]',
  );
  t.regex(
    simplified((g) => g.unary('log1p', g.unary('exp', x(g)))),
    /exp.*log1p/,
  );
  t.is(
    simplified((g) => g.unary('reciprocal', g.unary('sqrt', x(g)))),
    'rsqrt(%0) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.cast(g.cast(g.unary('isNaN', x(g)), 'int32'), 'float32')),
    'isNaN(%0) : bool [4, 3]; cast(%1) : float32 [4, 3]',
  );
  t.regex(
    simplified((g) => g.cast(g.cast(x(g), 'int32'), 'float32')),
    /int32.*float32/,
  );
  t.is(
    simplified((g) => g.select(g.fill(1, [4, 3], 'bool'), x(g), g.fill(NaN))),
    '%0',
  );
});

test('what has one user is regrouped: small factors outside, common ones once, one sum for two', (t) => {
  t.is(
    simplified((g) => g.binary('mul', x(g), g.binary('mul', g.input('y', [4, 3]), g.input('s', [1, 3])))),
    'mul(%0, %1) : float32 [4, 3]; mul(%2, %3) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => {
      const [a, b, c] = ['a', 'b', 'c'].map((name) => g.input(name, [4, 3]));
      return g.binary('sub', g.binary('mul', a, b), g.binary('mul', c, b));
    }),
    'sub(%0, %2) : float32 [4, 3]; mul(%1, %3) : float32 [4, 3]',
  );
  t.is(
    simplified((g) => g.binary('add', g.reduce('sum', x(g), [0]), g.reduce('sum', g.input('y', [4, 3]), [0]))),
    'add(%0, %1) : float32 [4, 3]; sum over axes [0](%2) : float32 [3]',
  );
});
