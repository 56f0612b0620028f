import { oneOf, type Reader } from '@advect/base/options';
import { explicitMethodNames, explicitMethods, methodNames, methods } from './methods/index.js';
import type { Method } from './stepper.js';
import { assertMethod, type ExplicitMethod } from './tableau.js';

const isObject = (given: unknown): given is object => typeof given === 'object' && given !== null;

/** A method by its name, or one as data: a tableau of the caller's own is checked. */
export const methodReader: Reader<Method> = (given = 'dopri5', name) => {
  if (!isObject(given)) return methods[oneOf(methodNames)(given, name)];
  const method = given as Method;
  if (method.kind === undefined) assertMethod(method);
  return method;
};

/** The same, for explicit Runge–Kutta methods only. */
export const explicitMethodReader: Reader<ExplicitMethod> = (given = 'dopri5', name) => {
  if (!isObject(given)) return explicitMethods[oneOf(explicitMethodNames)(given, name)];
  assertMethod(given as ExplicitMethod);
  return given as ExplicitMethod;
};
