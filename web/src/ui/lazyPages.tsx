// Pages of the router that are loaded when somebody goes there, and what stands in their place when they cannot be.
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Failed } from './PageState.tsx';

class OutOfReach extends Error {}

/**
 * Loads a page's code. The router would answer a failure by loading the document again, which ends in the browser's own
 * error page while the server is away.
 */
export const page =
  <Module,>(load: () => Promise<Module>) =>
  (): Promise<Module> =>
    load().catch((cause: unknown) => {
      throw new OutOfReach('The page could not be loaded', { cause });
    });

/** Says that the server cannot be reached; anything else is for the last resort of the entry. */
export const PageError = ({ error }: ErrorComponentProps) => {
  if (!(error instanceof OutOfReach)) throw error;
  return <Failed failure={{ kind: 'unreachable' }} readAgain={() => location.reload()} />;
};
