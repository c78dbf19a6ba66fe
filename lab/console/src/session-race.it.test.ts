import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const claimant = (labDir: string): string => `
  import { claimSession, createToken } from ${JSON.stringify(join(import.meta.dirname, 'session-file.ts'))};
  import { processStartTime } from ${JSON.stringify(join(import.meta.dirname, 'process-identity.ts'))};
  process.stdout.write('ready\\n');
  process.stdin.once('data', () => {
    const result = claimSession(${JSON.stringify(labDir)}, {
      schema: 'lab.session/1', state: 'starting', run: null, labPid: process.pid,
      labStartTime: processStartTime(process.pid), scenario: 's', port: null, token: createToken(),
      workspace: '/w', startedAt: new Date().toISOString(), parts: [], replicas: [],
    });
    process.stdout.write(result.claimed ? 'won\\n' : 'lost to ' + result.holder.labPid + '\\n');
  });
  process.stdin.once('end', () => process.exit());`;

test.each(['with no file', 'over the file of a dead process'])(
  'of eight claims at once %s exactly one wins',
  async (how) => {
    const dir = await mkdtemp(join(tmpdir(), 'lab-race-'));
    const children = Array.from({ length: 8 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', claimant(dir)], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    try {
      const answers = children.map(() => '');
      for (const [index, child] of children.entries()) {
        child.stdout.on('data', (chunk: Buffer) => {
          answers[index] += chunk.toString('utf8');
        });
      }
      await expect.poll(() => answers, { timeout: 20_000 }).toEqual(children.map(() => 'ready\n'));
      if (how.includes('dead')) {
        const { writeFile } = await import('node:fs/promises');
        const dead = { schema: 'lab.session/1', labPid: 2 ** 22 + 1, labStartTime: '1', token: 't', state: 'running' };
        await writeFile(join(dir, 'session.json'), JSON.stringify(dead));
      }
      for (const child of children) child.stdin.write('go\n');
      await expect.poll(() => answers.every((answer) => /won|lost/.test(answer)), { timeout: 20_000 }).toBe(true);
      const winners = children.filter((_child, index) => answers[index]?.includes('won'));
      expect(winners).toHaveLength(1);
      const losers = answers.filter((answer) => answer.includes('lost'));
      expect(new Set(losers.map((answer) => answer.split('\n')[1]))).toEqual(new Set([`lost to ${winners[0]?.pid}`]));
    } finally {
      const ended = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
      for (const child of children) child.stdin.end();
      await Promise.all(ended);
      await rm(dir, { recursive: true, force: true });
    }
  },
);
