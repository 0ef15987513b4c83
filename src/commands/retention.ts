// Applies the retention settings: hides what is too old by one rule for each report, and destroys the keys of its
// texts.
import { contentsPerErasureMax } from '../domain/erasure/erasure.ts';
import type { RetainedReport } from '../domain/reports/events.ts';
import { retention } from '../domain/reports/retention.ts';
import { retentionSettings } from '../domain/settings/settings.ts';
import { type Needs, systemActor } from './call.ts';
import { derivedId } from './canonical.ts';
import { eraseContent, type WrittenMessage } from './erasure.ts';
import type { Ctx } from './execute.ts';

type Work = { before: Date; upTo: string; rows: number; holdIds: string[] };
type Old = WrittenMessage & { eventId: string };

/** What the read models know; each waits until they are of now. */
export type RetentionLookups<Message extends Old = Old> = {
  work: (report: RetainedReport, cutoff: Date) => Promise<Work>;
  /** Waits until what was recorded can be seen. */
  reached: (position: string) => Promise<void>;
  messages: (report: 'chat' | 'calls', after: Message | null, limit: number) => Promise<Message[]>;
};

const hourMs = 3_600_000;

/** When it is applied next: on the hour. */
export const nextRetention = (now: Date): Date => new Date((Math.floor(now.getTime() / hourMs) + 1) * hourMs);

const dayMs = 86_400_000;
/** One telling of the job ends soon; the rest is left to the next. */
const pagesMax = 40;

const ctxOf = (...what: string[]): Ctx => ({
  actor: systemActor,
  origin: null,
  commandId: derivedId('retention', ...what),
  asked: null,
});

/** Destroys the keys of old texts; whether there are more. Two who do it at once record the same. */
const eraseTexts = async <Message extends Old>(
  needs: Needs,
  report: 'chat' | 'calls',
  lookups: RetentionLookups<Message>,
): Promise<boolean> => {
  const cause = report === 'chat' ? 'chat_retention' : 'call_retention';
  let after: Message | null = null;
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const messages: Message[] = await lookups.messages(report, after, contentsPerErasureMax);
    const last = messages.at(-1);
    if (!last) return false;
    const erasureId = derivedId('retention', report, ...messages.map(({ eventId }) => eventId));
    await eraseContent(needs, erasureId, cause, messages, ctxOf(erasureId));
    after = last;
  }
  return true;
};

/**
 * Does what the settings say, once: a repeat and a second worker at the same time record nothing more. Answers whether
 * something was left for another telling.
 */
export const applyRetention = async <Message extends Old>(
  needs: Needs,
  lookups: RetentionLookups<Message>,
): Promise<boolean> => {
  const { executor, serverId, now } = needs;
  const { state: settings } = await executor.load(retentionSettings, 'retention');
  const periods = { events: settings.eventDays, calls: settings.callDays, chat: settings.chatDays } as const;
  let more = false;
  for (const report of ['events', 'calls', 'chat'] as const) {
    const days = periods[report];
    if (days === null) continue;
    const work = await lookups.work(report, new Date(now().getTime() - days * dayMs));
    const data = { serverId, report, days, ...work };
    const ctx = ctxOf(report, work.before.toISOString(), work.upTo, String(work.rows));
    const { position } = await executor.execute(retention, serverId, { type: 'ApplyRetention', data }, ctx);
    if (position !== null) await lookups.reached(position);
    if (report !== 'events' && (await eraseTexts(needs, report, lookups))) more = true;
  }
  return more;
};
