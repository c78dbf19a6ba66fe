import type { Report } from '@lab/sdk';
import type { Context } from '../context.ts';

interface PrintOptions {
  /** Default: as the command line asks. */
  readonly asJson?: boolean;
  /** Where the page of this very report is. */
  readonly page?: string | undefined;
}

/** The report on stdout, for people or as JSON; resolves to the exit code of its verdict. */
export async function printReport(context: Context, report: Report, options: PrintOptions = {}): Promise<number> {
  const { exitCodeFor, renderTerminal } = await context.services.judge();
  const { io, output } = context;
  const { asJson = output.json, page } = options;
  const look = { color: output.color, width: output.width, ...(page === undefined ? {} : { page }) };
  io.stdout.write(asJson ? reportText(report) : renderTerminal(report, look));
  return exitCodeFor(report);
}

/** As `report.json` holds it, byte for byte. */
export function reportText(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
