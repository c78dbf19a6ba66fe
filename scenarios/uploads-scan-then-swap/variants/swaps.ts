import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `uploads-scan-then-swap/${name}`;
const virus = ['VIRUS_SERVED'];

/** Wrong fixes by which customers are given other bytes than those that were scanned. */
export const swaps: readonly VariantDeclaration[] = [
  {
    name: 'mutants/one-place',
    about:
      'One place for each upload, in which it comes and from which it is served: it was clean when it was scanned.',
    listed: 'U6',
    killedBy: { [check('scanned-as-served')]: virus, [check('ready-stays')]: virus },
  },
  {
    name: 'mutants/scanned-then-copied',
    about: 'Only what is clean comes to where it is served from: scans where it came in, then copies what is there.',
    listed: 'U6',
    killedBy: { [check('scanned-as-served')]: virus },
  },
  {
    name: 'mutants/copied-then-scanned-there',
    about: 'Copies the confirmed file first, and has the one scanned that came in: they are the same, after all.',
    killedBy: { [check('scanned-as-served')]: virus },
  },
  {
    name: 'mutants/asked-then-read-again',
    about: 'After the scan it asks whether the entity tag is still the confirmed one, and reads the file once more.',
    killedBy: { [check('scanned-as-served')]: virus },
  },
  {
    name: 'mutants/tag-of-the-moment',
    about: 'A copy of its own for each attempt, of whatever is there; the scanner is shown the place it came from.',
    killedBy: { [check('scanned-as-served')]: virus },
  },
  {
    name: 'mutants/drawn-of-another',
    about: 'The film and the picture are copied and scanned; the thumbnails are drawn of what lies where it came in.',
    killedBy: { [check('scanned-as-served')]: ['OTHER_PICTURE_DRAWN'] },
  },
  {
    name: 'mutants/scanned-later',
    about: 'Ready at once, so that nobody waits; the scanner is asked, and has half a second to object.',
    killedBy: { [check('scanned-as-served')]: ['READY_BEFORE_THE_VERDICT'] },
  },
  {
    name: 'mutants/moved-when-clean',
    about:
      'What was called clean is moved to a place of its own, where the sweeper does not look: it calls the file lost.',
    killedBy: { [check('ready-stays')]: ['NO_LONGER_SERVED'] },
  },
  {
    name: 'mutants/form-for-a-second',
    about: 'A form that ends before anybody can use it twice, and before a slow line can use it once.',
    cheat: true,
    killedBy: { [check('clean-files-come-through')]: ['UPLOAD_REFUSED'] },
  },
  {
    name: 'mutants/checksum-demanded',
    about: 'Whoever announces a file without its checksum is refused, so that the store can compare.',
    killedBy: { [check('clean-files-come-through')]: ['UPLOAD_REFUSED'] },
  },
  {
    name: 'mutants/waits-for-the-form',
    about: 'Nothing is scanned before the form has ended; then nobody can replace it any more.',
    cheat: true,
    killedBy: { [check('clean-files-come-through')]: ['NOT_READY'] },
  },
  {
    name: 'mutants/looked-at-by-people',
    about: 'Whatever has been scanned waits for somebody to look at it.',
    cheat: true,
    killedBy: { [check('clean-files-come-through')]: ['NOT_READY'] },
  },
];
