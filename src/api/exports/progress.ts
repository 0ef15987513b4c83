// How far the downloads of this process are.
import type { Written } from './write.ts';

export type ExportProgress = {
  begin: (exportId: string) => Written;
  end: (exportId: string) => void;
  /** Null where none runs here. */
  rowsOf: (exportId: string) => number | null;
  running: () => number;
};

export const exportProgress = (): ExportProgress => {
  const running = new Map<string, Written>();
  return {
    begin: (exportId) => {
      const written: Written = { rows: 0, sha256: null };
      running.set(exportId, written);
      return written;
    },
    end: (exportId) => void running.delete(exportId),
    rowsOf: (exportId) => running.get(exportId)?.rows ?? null,
    running: () => running.size,
  };
};
