/** The groove tab. */
export const GrooveView = () => <section class="groove" aria-label="Groove" />;
