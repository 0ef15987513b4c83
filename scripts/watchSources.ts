import { watch } from 'node:fs';

const calmMs = 200;

/**
 * Calls `changed` once the TypeScript files below `folder` have stopped changing for a moment, again and again until
 * `stop` is aborted. Editors write a file in several steps.
 */
export const watchSources = (folder: string, changed: (file: string) => void, stop: AbortSignal): void => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watcher = watch(folder, { recursive: true, signal: stop }, (_, file) => {
    if (file === null || !/^[^~#]*\.ts$/.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => changed(file), calmMs);
  });
  watcher.on('close', () => clearTimeout(timer));
};
