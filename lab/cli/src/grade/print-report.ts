import type { Report } from '@lab/sdk';
import type { Context } from '../context.ts';

/** The report on stdout, for people or as JSON; resolves to the exit code of its verdict. */
export async function printReport(context: Context, report: Report, asJson = context.output.json): Promise<number> {
  const { exitCodeFor, renderTerminal } = await context.services.judge();
  const { io, output } = context;
  io.stdout.write(asJson ? reportText(report) : renderTerminal(report, { color: output.color, width: output.width }));
  return exitCodeFor(report);
}

/** As `report.json` holds it, byte for byte. */
export function reportText(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
