import type { UploadStatus } from './upload.ts';

/** What may follow each status. A worker that takes over finds `scanning`, and what is served may be found lost. */
const NEXT: Readonly<Record<UploadStatus, readonly UploadStatus[]>> = {
  pending: ['uploaded', 'failed'],
  uploaded: ['scanning', 'failed'],
  scanning: ['scanning', 'ready', 'rejected', 'failed'],
  ready: ['failed', 'uploaded'],
  rejected: [],
  failed: [],
};

const ALL = Object.keys(NEXT) as readonly UploadStatus[];

/** The statuses that this one may follow. Every change of status is an UPDATE on condition of one of them. */
export function predecessorsOf(status: UploadStatus): readonly UploadStatus[] {
  return ALL.filter((before) => NEXT[before].includes(status));
}

/** Nothing more happens to it by itself. */
export function isSettled(status: UploadStatus): boolean {
  return status === 'ready' || status === 'rejected' || status === 'failed';
}
