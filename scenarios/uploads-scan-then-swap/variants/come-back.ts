import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `uploads-scan-then-swap/${name}`;
const lost = ['NOT_READY'];

/** Wrong fixes that let nothing bad through, and good files neither; or that decide twice. */
export const comeBack: readonly VariantDeclaration[] = [
  {
    name: 'mutants/away-is-no',
    about: 'A scanner that cannot be asked is a no: the file is rejected, and its publisher may send it again.',
    cheat: true,
    killedBy: { [check('scanner-comes-back')]: lost },
  },
  {
    name: 'mutants/outages-count',
    about: 'Each attempt counts, whoever is to blame for its end; after four the file has failed.',
    killedBy: { [check('scanner-comes-back')]: lost },
  },
  {
    name: 'mutants/removed-at-once',
    about:
      'What came in is removed as soon as it is copied, so that nobody can replace it; a second attempt finds nothing.',
    killedBy: { [check('scanner-comes-back')]: lost },
  },
  {
    name: 'mutants/impatient',
    about: 'A third of a second is enough for any scanner, so that no worker is held up.',
    killedBy: { [check('scanner-comes-back')]: lost },
  },
  {
    name: 'mutants/long-files-refused',
    about: 'What might be longer than the scanner reads is not taken at all.',
    cheat: true,
    killedBy: { [check('clean-files-come-through')]: ['UPLOAD_REFUSED'] },
  },
  {
    name: 'mutants/whoever-has-a-verdict',
    about: 'A verdict is a verdict: it is written down by whoever has it, whether or not the upload is still theirs.',
    killedBy: { [check('decided-once')]: ['DECIDED_ANEW'] },
  },
];
