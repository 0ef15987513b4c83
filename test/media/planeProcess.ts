// Starts and kills a media plane as a child process, and answers its questions from the script.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { MediaFact } from '../../src/media/facts.ts';
import { mediasoupWorkerBin } from '../support/mediasoupWorker.ts';
import type { SessionScript } from './sessionScript.ts';

export type PlaneProcess = { port: number; kill: () => Promise<void>; stop: () => Promise<void> };
type Call = { id: number; call: 'open' | 'next' | 'report' | 'verify' | 'ready'; argument: unknown };

const child = new URL('planeChild.ts', import.meta.url).pathname;

/** Starts the process on `port` (0: a free one) and waits until it listens. */
export const startPlaneProcess = async (script: SessionScript, port: number): Promise<PlaneProcess> => {
  const running = fork(child, [String(port), mediasoupWorkerBin()], { serialization: 'advanced' });
  const ended = once(running, 'exit');
  const stopped = new AbortController();
  const answer = async ({ call, argument }: Call): Promise<unknown> => {
    switch (call) {
      case 'open':
        return script.feed.open();
      case 'next': {
        for await (const batch of script.feed.subscribe(argument as string | null, stopped.signal)) {
          if (batch.events.length > 0 || argument === null || batch.position !== argument) return batch;
          if (!told.has('caughtUp')) {
            told.add('caughtUp');
            return batch;
          }
        }
        return null;
      }
      case 'report':
        return script.report(argument as MediaFact);
      case 'verify':
        return script.ticket(argument as string);
      case 'ready':
        return null;
    }
  };
  const told = new Set<string>();
  const ready = new Promise<number>((resolve, reject) => {
    running.on('message', (message: Call) => {
      if (message.call === 'ready') {
        resolve(Number(message.argument));
        return;
      }
      answer(message).then((result) => {
        if (running.connected) running.send({ id: message.id, result: result ?? null });
      }, reject);
    });
    running.once('exit', (code) => reject(new Error(`The media process ended with ${code} before it was ready`)));
  });
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    stopped.abort();
    running.kill(signal);
    await ended;
  };
  const listening = await ready;
  script.taking();
  return {
    port: listening,
    kill: () => end('SIGKILL'),
    stop: async () => {
      if (running.exitCode === null && running.signalCode === null) await end('SIGTERM');
    },
  };
};
