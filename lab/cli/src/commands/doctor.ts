import type { Context } from '../context.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { exitCode } from '../exit-codes.ts';

/** `lab doctor`: only problems, unless there is none or `--verbose` asks for all. */
export async function doctor(context: Context): Promise<number> {
  const { output } = context;
  const findings = await examine(context);
  const problems = findings.filter((finding) => finding.state === 'problem');
  output.result({ schema: 'lab.doctor/1', ok: problems.length === 0, checks: findings }, () => {
    const shown = context.verbose ? findings : findings.filter((finding) => finding.state !== 'fine');
    const lines = shown.flatMap((finding) => describe(finding, context));
    return problems.length === 0 ? [...lines, `All ${findings.length} checks are fine.`] : lines;
  });
  return problems.length === 0 ? exitCode.done : exitCode.environment;
}

function describe(finding: Finding, context: Context): string[] {
  const { paint } = context.output;
  const marks = { fine: paint.green('✓'), note: paint.yellow('·'), problem: paint.red('✗') };
  const lines = [`${marks[finding.state]} ${paint.bold(finding.what)}: ${finding.found}`];
  if (finding.fix !== null) lines.push(`  Try: ${finding.fix}`);
  return lines;
}
