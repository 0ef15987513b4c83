// Contents whose own keys were destroyed: single messages, whoever wrote them.
import { z } from 'zod';
import { fact, vocabulary } from '../kernel.ts';

const at = z.iso.datetime();

/** A stream for each act. Every content is named, so that a rebuild says which ones are gone and why. */
export const erasureEvents = vocabulary(
  [
    fact('ContentErased', {
      erasureId: z.uuid(),
      /** `asked`: by an administrator, whose reason stands beside; otherwise a retention period was over. */
      cause: z.enum(['asked', 'chat_retention', 'call_retention']),
      messages: z.array(z.object({ sessionId: z.uuid(), messageId: z.uuid(), contentId: z.uuid() })).min(1),
      erasedAt: at,
    }),
  ],
  {},
  { ContentErased: 4 },
);
export type ErasureEvent = ReturnType<typeof erasureEvents.parse>;
export type ErasedContent = ErasureEvent['data']['messages'][number];
export type ErasureCause = ErasureEvent['data']['cause'];
