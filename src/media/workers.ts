// The mediasoup workers of this process: one per core, replaced when they die.
import { once } from 'node:events';
import { createWorker } from 'mediasoup';
import type { Router, WebRtcServer, Worker } from 'mediasoup/types';
import { backoffMs, pause } from './backoff.ts';
import { mediaCodecs } from './codecs.ts';

/** Where media enters and leaves. Without ports the system chooses; with a range every worker takes one port of it. */
export type RtcListen = { listenIp: string; announcedAddress?: string; portMin?: number; portMax?: number };

type Needs = {
  workerBin?: string;
  rtc: RtcListen;
  log: (level: 'info' | 'warn' | 'error', fields: object, message: string) => void;
};
type Slot = { worker: Worker; webRtcServer: WebRtcServer; routers: Set<Router> };

/**
 * mediasoup closes its workers at SIGINT and SIGTERM, before the media plane could drain, and keeps the process from
 * ending; when to stop is for main.ts to say, so the handlers it has just installed are taken away again.
 */
const withoutSignalHandlers = <T>(install: () => T): T => {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const installed = install();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) if (!before.has(listener)) process.off(signal, listener);
  }
  return installed;
};

export class WorkerPool {
  readonly #needs: Needs;
  /** Those that live, and those that are being replaced. */
  readonly #slots = new Set<Slot>();
  readonly #coming = new Set<Promise<Slot>>();
  readonly #closing = new AbortController();
  #deaths = 0;

  private constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Starts `count` workers; rejects when one cannot start, which means the binary or the address is wrong. */
  static async start(needs: Needs, count: number): Promise<WorkerPool> {
    const pool = new WorkerPool(needs);
    const started = await Promise.allSettled(Array.from({ length: count }, () => pool.#spawn()));
    for (const result of started) if (result.status === 'fulfilled') pool.#keep(result.value);
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) {
      await pool.close();
      throw new Error('A media worker cannot start: check its binary and the media address and ports', {
        cause: failed.reason,
      });
    }
    return pool;
  }

  /** Process ids of the workers that live now, and how many died. */
  get stats(): { pids: number[]; deaths: number } {
    return { pids: [...this.#slots].map(({ worker }) => worker.pid), deaths: this.#deaths };
  }

  /** A new router on the worker with the fewest; waits for a replacement when none lives. The caller closes it. */
  async router(): Promise<{ router: Router; webRtcServer: WebRtcServer }> {
    if (this.#closing.signal.aborted) throw new Error('The media plane is closing');
    const [idlest] = [...this.#slots].toSorted((a, b) => a.routers.size - b.routers.size);
    const slot = idlest ?? (await Promise.race(this.#coming));
    const router = await slot.worker.createRouter({ mediaCodecs });
    slot.routers.add(router);
    router.observer.once('close', () => slot.routers.delete(router));
    return { router, webRtcServer: slot.webRtcServer };
  }

  /** Closes the workers and waits until their processes are gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#coming);
    await Promise.all(
      [...this.#slots].map(async ({ worker }) => {
        if (worker.subprocessClosed) return;
        const gone = once(worker, 'subprocessclose');
        worker.close();
        await gone;
      }),
    );
  }

  async #spawn(): Promise<Slot> {
    const { workerBin, rtc } = this.#needs;
    const worker = await withoutSignalHandlers(() =>
      createWorker({ logLevel: 'error', ...(workerBin ? { workerBin } : {}) }),
    );
    try {
      const place = {
        ip: rtc.listenIp,
        ...(rtc.announcedAddress ? { announcedAddress: rtc.announcedAddress } : {}),
        ...(rtc.portMin && rtc.portMax ? { portRange: { min: rtc.portMin, max: rtc.portMax } } : {}),
      };
      const webRtcServer = await worker.createWebRtcServer({
        listenInfos: [
          { protocol: 'udp', ...place },
          { protocol: 'tcp', ...place },
        ],
      });
      return { worker, webRtcServer, routers: new Set() };
    } catch (error) {
      const gone = once(worker, 'subprocessclose');
      worker.close();
      await gone;
      throw error;
    }
  }

  #keep(slot: Slot): void {
    this.#slots.add(slot);
    slot.worker.once('died', (error) => {
      this.#deaths += 1;
      this.#needs.log('error', { error, pid: slot.worker.pid }, 'A media worker died; starting another');
      this.#slots.delete(slot);
      const coming = this.#replace();
      this.#coming.add(coming);
      const done = () => this.#coming.delete(coming);
      coming.then(done, done); // Only closing the pool rejects it, and then nobody asks any more.
    });
  }

  async #replace(): Promise<Slot> {
    for (let attempt = 0; !this.#closing.signal.aborted; attempt += 1) {
      try {
        const slot = await this.#spawn();
        this.#keep(slot);
        return slot;
      } catch (error) {
        this.#needs.log('error', { error }, 'A media worker cannot be replaced yet; trying again');
        await pause(backoffMs(attempt), this.#closing.signal);
      }
    }
    throw new Error('The media plane is closing');
  }
}
