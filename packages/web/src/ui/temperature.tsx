import { Range } from './controls.js';

interface Props {
  readonly value: number;
  readonly onInput: (value: number) => void;
}

/** The scale of the noise that a flow starts from. */
export const Temperature = ({ value, onInput }: Props) => (
  <Range
    id="temperature"
    label="Temperature"
    min={0}
    max={1.5}
    step={0.05}
    value={value}
    words={value.toFixed(2)}
    hint="Scale of the noise: below 1 more typical, above 1 more daring."
    onInput={onInput}
  />
);
