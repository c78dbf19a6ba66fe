import { createHmac } from 'node:crypto';

export interface SignedContent {
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: string;
}

/** The value of `webhook-signature` (Standard Webhooks): one signature for each secret, so that a receiver can change over. */
export function signatureOf({ id, timestampSeconds, body }: SignedContent, secrets: readonly Buffer[]): string {
  const content = `${id}.${timestampSeconds}.${body}`;
  return secrets.map((secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`).join(' ');
}
