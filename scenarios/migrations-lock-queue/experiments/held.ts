/**
 * How long a report is open, as the story has it: long enough for somebody who tries a few times with a limit and then
 * once without. More would find those who try more often, and every grade would take as much longer.
 */
export const heldMsMax = 15_000;
