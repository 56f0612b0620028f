import { Card, Range, Temperature } from '@advect/web';
import { isAdaptive, type Method, methods, usualSteps } from '../../model/solver.js';
import type { Session } from '../state/session.js';

const titles: Readonly<Record<Method, string>> = {
  euler: 'Euler, order 1',
  midpoint: 'Midpoint, order 2',
  heun: 'Heun, order 2',
  rk4: 'Runge–Kutta, order 4',
  bosh3: 'Bogacki–Shampine 3(2)',
  dopri5: 'Dormand–Prince 5(4)',
  tsit5: 'Tsitouras 5(4)',
};

/** How the ODE is solved, and from what noise. */
export function SolverControls({ session }: { readonly session: Session }) {
  const { change, solver, model } = session;
  const { method, tolerance, steps } = solver.value;
  const [guidance, temperature] = [session.guidance.value, session.temperature.value];
  const equal = steps !== undefined || !isAdaptive(method);
  return (
    <Card title="How it flows">
      {(model.value?.form.classes.length ?? 0) > 0 && (
        <Range
          id="guidance"
          label="Guidance"
          min={0}
          max={6}
          step={0.1}
          value={guidance}
          words={guidance === 1 ? 'off (1)' : guidance.toFixed(1)}
          hint="Above 1 the class speaks louder and pictures vary less; 0 does not hear it."
          onInput={(value) => change({ guidance: value })}
        />
      )}
      <Temperature value={temperature} onInput={(value) => change({ temperature: value })} />
      <div class="field">
        <label for="solver">Solver</label>
        <select
          id="solver"
          value={method}
          onChange={(event) => {
            const next = event.currentTarget.value as Method;
            change({ solver: { method: next, tolerance, ...(!isAdaptive(next) && { steps: steps ?? usualSteps }) } });
          }}
        >
          {methods.map((name) => (
            <option key={name} value={name}>
              {titles[name]}
            </option>
          ))}
        </select>
      </div>
      {isAdaptive(method) && (
        <div class="switch">
          <input
            id="adaptive"
            type="checkbox"
            checked={!equal}
            onChange={(event) => change({ solver: { method, tolerance, ...(!event.currentTarget.checked && { steps: 12 }) } })}
          />
          <label for="adaptive">Choose steps by the error</label>
        </div>
      )}
      {equal ? (
        <Range
          id="steps"
          label="Steps"
          min={1}
          max={100}
          step={1}
          value={steps ?? usualSteps}
          words={String(steps ?? usualSteps)}
          onInput={(value) => change({ solver: { method, tolerance, steps: value } })}
        />
      ) : (
        <Range
          id="tolerance"
          label="Error per step"
          min={-5}
          max={-1}
          step={1}
          value={Math.log10(tolerance)}
          words={String(Number(tolerance.toPrecision(1)))}
          onInput={(value) => change({ solver: { method, tolerance: Number((10 ** value).toPrecision(1)) } })}
        />
      )}
    </Card>
  );
}
