import { Figure, withError } from '@advect/web';
import { pictureDim, type PictureForm } from '../../../data/picture-set.js';
import type { HeldOut } from '../../../model/form.js';
import type { Findings } from './findings.js';

interface Props {
  readonly findings: Findings;
  readonly form: PictureForm;
  readonly heldOut: HeldOut;
}

/** What was found out about a picture, in numbers. */
export function Figures({ findings: { measurement, encoding, surprise, pngBytes }, form, heldOut }: Props) {
  const dim = pictureDim(form);
  return (
    <>
      <dl class="figures">
        {measurement && (
          <>
            <Figure
              name="Bits/dim"
              value={withError(measurement.bitsPerDim, measurement.standardError)}
              hint={`${measurement.convention}${measurement.done < measurement.draws ? `, ${measurement.done} so far` : ''}. Lower is more usual.`}
            />
            <Figure
              name="More usual than"
              value={`${Math.round(measurement.percentile)} %`}
              hint={`of the ${heldOut.count} pictures that the model never saw. It says how usual the picture is, not whether it is real.`}
            />
          </>
        )}
        {encoding && (
          <>
            {encoding.roundTrip && (
              <Figure
                name="There and back"
                value={`${encoding.roundTrip.levels.toPrecision(2)} levels`}
                hint={`largest error of the way to the noise and back, by dopri5 at a tolerance of 1e-6 in float32; ${
                  encoding.roundTrip.exact ? 'every pixel returns at its level' : 'not every pixel returns at its level'
                }`}
              />
            )}
            <Figure
              name="Length of its noise"
              value={encoding.radius.toFixed(2)}
              hint="over that of typical noise: 1 is typical, less is tamer"
            />
          </>
        )}
        {surprise && (
          <Figure
            name="Sum of the heat map"
            value={`${surprise.total.toFixed(0)} bits`}
            hint={`−log₂ p by ${surprise.draws} draws of the noise, in ${form.size} × ${form.size} parts`}
          />
        )}
      </dl>
      {measurement && pngBytes !== undefined && <CodeLength bits={Math.max(0, measurement.bitsPerDim * dim)} pngBits={8 * pngBytes} />}
      {measurement && measurement.classProbabilities.length > 0 && (
        <Classes probabilities={measurement.classProbabilities} classes={form.classes} />
      )}
    </>
  );
}

/** What the picture would cost in an ideal code by this model, beside a PNG file of it. */
function CodeLength({ bits, pngBits }: { readonly bits: number; readonly pngBits: number }) {
  const most = Math.max(bits, pngBits);
  const bar = (name: string, value: number) => (
    <div class="bar-row">
      <span>{name}</span>
      <span class="bar-track">
        <span class="bar-fill" style={{ width: `${(100 * value) / most}%` }} />
      </span>
      <span>{Math.round(value).toLocaleString('en')} bits</span>
    </div>
  );
  return (
    <section class="bars" aria-label="Code length">
      <h3>Code length</h3>
      {bar('This model', bits)}
      {bar('A PNG file', pngBits)}
    </section>
  );
}

const shown = 3;

/** The classes that the picture most probably belongs to. */
function Classes({ probabilities, classes }: { readonly probabilities: readonly number[]; readonly classes: readonly string[] }) {
  const best = probabilities
    .map((p, label) => ({ p, label }))
    .toSorted((a, b) => b.p - a.p)
    .slice(0, shown);
  return (
    <section class="bars" aria-label="Most probable classes">
      <h3>Most probable classes</h3>
      {best.map(({ p, label }) => (
        <div key={label} class="bar-row">
          <span>{classes[label]}</span>
          <span class="bar-track">
            <span class="bar-fill" style={{ width: `${100 * p}%` }} />
          </span>
          <span>{p > 0.9995 ? '> 99.9 %' : `${(100 * p).toFixed(1)} %`}</span>
        </div>
      ))}
    </section>
  );
}
