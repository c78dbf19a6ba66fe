/** What keeps the lab from starting: what happened, why, and the one command that helps. */
export class BootstrapFailure extends Error {
  /** @param {{ what: string, why: string, help: string, exitCode?: number }} facts */
  constructor({ what, why, help, exitCode = 69 }) {
    super(`${what}: ${why}`);
    this.what = what;
    this.why = why;
    this.help = help;
    this.exitCode = exitCode;
  }
}

/** @param {BootstrapFailure} failure */
export function explain({ what, why, help }) {
  return `\n${what}.\n  Why:   ${why.replaceAll('\n', '\n         ')}\n  Helps: ${help}\n`;
}

/**
 * Finds the reason in what npm or the system said, in plain words.
 * @param {string} output
 */
export function reasonOf(output) {
  const reasons = [
    [/ENOSPC|no space left/i, 'the disk is full', 'df -h . "$HOME"'],
    [/ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|network/i, 'the npm registry cannot be reached', 'npm ping'],
    [/ETIMEDOUT|ECONNREFUSED|ECONNRESET|socket hang up/i, 'the npm registry does not answer', 'npm ping'],
    [/CERT|self.signed|unable to get local issuer/i, 'the certificate of the npm registry is not trusted', 'npm ping'],
    [
      /EACCES|EPERM|EROFS|permission denied/i,
      'a file or folder cannot be written by this user',
      'ls -ld . node_modules',
    ],
    [/EUSAGE|in sync/i, 'package-lock.json does not fit package.json', 'npm install'],
    [/EINTEGRITY/i, 'a downloaded package is not the one that package-lock.json names', 'npm cache clean --force'],
    [/E404/i, 'the npm registry does not have a package that is needed', 'npm config get registry'],
  ];
  for (const [pattern, why, help] of reasons) if (pattern.test(output)) return { why, help };
  return undefined;
}
