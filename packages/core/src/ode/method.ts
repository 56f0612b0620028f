/**
 * What a step of any kind of method hands to the driver as data: with the step's slopes sᵢ (its stages, or combinations of
 * them) the state at the end is y + h Σᵢ bᵢsᵢ, the error estimate h Σᵢ errorᵢsᵢ.
 */
export interface MethodData {
  readonly name: string;
  /** Order of the solution that is carried on: the global error shrinks like hᵒʳᵈᵉʳ. */
  readonly order: number;
  readonly b: readonly number[];
  /** The last slope is the one at the end of the step, so that an accepted step gives the next one its first. */
  readonly fsal: boolean;
  /** b − b̂, the weights of the error estimate; absent for methods that can only take fixed steps. */
  readonly error?: readonly number[];
  /** Order of the embedded solution b̂; the error estimate is of one order more. */
  readonly embeddedOrder?: number;
  /**
   * Dense output y(t + θh) = y + h Σᵢ bᵢ(θ)sᵢ: entry i holds the coefficients of θ, θ², … of bᵢ, one entry for each
   * slope and, for methods that are not `fsal`, one more for the slope at the end. Absent: cubic Hermite.
   */
  readonly interpolant?: readonly (readonly number[])[];
}

/** The slopes that the step itself needs: all of them, or all but the last for first-same-as-last methods. */
export const stagesOf = (method: MethodData): number => (method.fsal ? method.b.length - 1 : method.b.length);
