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

export class WorkerPool {
  readonly #needs: Needs;
  readonly #slots: (Promise<Slot> | Slot)[] = [];
  readonly #closing = new AbortController();
  #deaths = 0;

  private constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Starts `count` workers; rejects when one cannot start, which means the binary or the address is wrong. */
  static async start(needs: Needs, count: number): Promise<WorkerPool> {
    const pool = new WorkerPool(needs);
    const started = await Promise.allSettled(Array.from({ length: count }, () => pool.#spawn()));
    for (const result of started) if (result.status === 'fulfilled') pool.#keep(pool.#slots.length, result.value);
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
    return { pids: this.#slots.flatMap((slot) => ('worker' in slot ? [slot.worker.pid] : [])), deaths: this.#deaths };
  }

  /** A new router on the worker with the fewest; waits for a replacement when none lives. The caller closes it. */
  async router(): Promise<{ router: Router; webRtcServer: WebRtcServer }> {
    const living = this.#slots.filter((slot): slot is Slot => 'worker' in slot);
    const slot = living.toSorted((a, b) => a.routers.size - b.routers.size)[0] ?? (await Promise.race(this.#slots));
    if (!slot) throw new Error('There is no media worker');
    const router = await slot.worker.createRouter({ mediaCodecs });
    slot.routers.add(router);
    router.observer.once('close', () => slot.routers.delete(router));
    return { router, webRtcServer: slot.webRtcServer };
  }

  /** Closes the workers and waits until their processes are gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    const slots = await Promise.allSettled(this.#slots);
    await Promise.all(
      slots.map(async (slot) => {
        if (slot.status === 'rejected' || slot.value.worker.subprocessClosed) return;
        const gone = once(slot.value.worker, 'subprocessclose');
        slot.value.worker.close();
        await gone;
      }),
    );
  }

  async #spawn(): Promise<Slot> {
    const { workerBin, rtc } = this.#needs;
    const worker = await createWorker({ logLevel: 'error', ...(workerBin ? { workerBin } : {}) });
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

  #keep(index: number, slot: Slot): void {
    this.#slots[index] = slot;
    slot.worker.once('died', (error) => {
      this.#deaths += 1;
      this.#needs.log('error', { error, pid: slot.worker.pid }, 'A media worker died; starting another');
      const replaced = this.#replace(index);
      replaced.catch(() => undefined); // Only closing the pool rejects it, and then nobody asks any more.
      this.#slots[index] = replaced;
    });
  }

  async #replace(index: number): Promise<Slot> {
    for (let attempt = 0; !this.#closing.signal.aborted; attempt += 1) {
      try {
        const slot = await this.#spawn();
        this.#keep(index, slot);
        return slot;
      } catch (error) {
        this.#needs.log('error', { error }, 'A media worker cannot be replaced yet; trying again');
        await pause(backoffMs(attempt), this.#closing.signal);
      }
    }
    throw new Error('The media plane is closing');
  }
}
