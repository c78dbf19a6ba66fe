import type { Fault } from './fault.ts';
import { linkBandwidth } from './links/link-bandwidth.ts';
import { linkDown } from './links/link-down.ts';
import { linkLatency } from './links/link-latency.ts';
import { linkLimitData } from './links/link-limit-data.ts';
import { linkResetPeer } from './links/link-reset-peer.ts';
import { linkSlicer } from './links/link-slicer.ts';
import { linkSlowClose } from './links/link-slow-close.ts';
import { linkTimeout } from './links/link-timeout.ts';
import { cpuStarvation } from './machine/cpu-starvation.ts';
import { diskFull } from './machine/disk-full.ts';
import { paymentDecline } from './payment/payment-decline.ts';
import { paymentErrors } from './payment/payment-errors.ts';
import { paymentHang } from './payment/payment-hang.ts';
import { paymentLatency } from './payment/payment-latency.ts';
import { paymentLoseReplies } from './payment/payment-lose-replies.ts';
import { postgresExhaustConnections } from './postgres/postgres-exhaust-connections.ts';
import { postgresLongTransaction } from './postgres/postgres-long-transaction.ts';
import { postgresRowLock } from './postgres/postgres-row-lock.ts';
import { postgresTableLock } from './postgres/postgres-table-lock.ts';
import { postgresTerminateSessions } from './postgres/postgres-terminate-sessions.ts';
import { eventLoopBlock } from './processes/event-loop-block.ts';
import { processKill } from './processes/process-kill.ts';
import { processPause } from './processes/process-pause.ts';
import { processRestart } from './processes/process-restart.ts';
import { receiverErrors } from './receiver/receiver-errors.ts';
import { receiverLatency } from './receiver/receiver-latency.ts';
import { receiverSilent } from './receiver/receiver-silent.ts';
import { redisExpireAll } from './redis/redis-expire-all.ts';
import { redisFlush } from './redis/redis-flush.ts';
import { redisPause } from './redis/redis-pause.ts';
import { redisRestartEmpty } from './redis/redis-restart-empty.ts';
import { scannerLatency } from './scanner/scanner-latency.ts';
import { scannerSilent } from './scanner/scanner-silent.ts';

/** Every fault that can be asked for by hand, in the order in which they are listed. */
export const faultCatalogue: readonly Fault[] = [
  linkLatency,
  linkBandwidth,
  linkSlowClose,
  linkTimeout,
  linkResetPeer,
  linkSlicer,
  linkLimitData,
  linkDown,
  processKill,
  processPause,
  processRestart,
  eventLoopBlock,
  cpuStarvation,
  diskFull,
  postgresRowLock,
  postgresTableLock,
  postgresLongTransaction,
  postgresTerminateSessions,
  postgresExhaustConnections,
  redisPause,
  redisFlush,
  redisExpireAll,
  redisRestartEmpty,
  paymentLatency,
  paymentErrors,
  paymentDecline,
  paymentLoseReplies,
  paymentHang,
  scannerLatency,
  scannerSilent,
  receiverLatency,
  receiverErrors,
  receiverSilent,
];
