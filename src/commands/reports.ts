// What may be asked of a report: filters are looked at before any query runs.
import { z } from 'zod';
import { problem } from '../domain/inputProblems.ts';
import type { ReportFilter } from '../domain/reports/events.ts';
import { idInput, parse } from './call.ts';
import { oneLine } from './text.ts';

const wordsMax = 10;
const search = oneLine(200)
  .refine((value) => value.split(/\s+/u).length <= wordsMax, problem('too_many_words'))
  .nullish();
const name = oneLine(200).nullish();
const id = oneLine(100).nullish();
const some = <Value extends z.ZodType>(value: Value) => z.array(value).max(100, problem('too_many_values')).nullish();
const moment = z.date().nullish();

type Period = { from?: Date | null | undefined; to?: Date | null | undefined };
const isForward = ({ from, to }: Period): boolean => !from || !to || from < to;
const reversed = { error: problem('period_reversed'), path: ['to'] };

const eventFilter = z
  .object({
    search,
    types: some(oneLine(100)),
    objectTypes: some(oneLine(100)),
    severities: some(z.enum(['info', 'low', 'medium', 'high'])),
    sources: some(z.enum(['user', 'administrator', 'server', 'media', 'stranger'])),
    actorId: id,
    objectId: id,
    objectName: name,
    ip: oneLine(45).nullish(),
    from: moment,
    to: moment,
  })
  .refine(isForward, reversed);

const uuid = idInput.nullish();
const callFilter = z
  .object({
    search,
    conference: name,
    conferenceId: uuid,
    owner: name,
    participantId: uuid,
    running: z.boolean().nullish(),
    from: moment,
    to: moment,
  })
  .refine(isForward, reversed);
const chatFilter = z
  .object({ search, sender: name, senderId: uuid, recipient: name, sessionId: uuid, from: moment, to: moment })
  .refine(isForward, reversed);
const endpointFilter = z.object({ search, accountId: uuid, seenBefore: moment });

const changeFilter = z
  .object({
    search,
    objectTypes: some(oneLine(100)),
    actions: some(z.enum(['create', 'edit', 'delete'])),
    objectId: id,
    actorId: id,
    from: moment,
    to: moment,
  })
  .refine(isForward, reversed);

/**
 * The filter of the Events report, or a refusal that names each field. Words may stand anywhere. `at`: where the filter
 * stands in what was sent.
 */
export const parseEventFilter = (input: unknown, at = 'filter'): z.output<typeof eventFilter> =>
  parse(eventFilter, input ?? {}, at);

/** The same for calls, chat messages, endpoints and configuration changes. */
export const parseCallFilter = (input: unknown, at = 'filter'): z.output<typeof callFilter> =>
  parse(callFilter, input ?? {}, at);

export const parseChatFilter = (input: unknown, at = 'filter'): z.output<typeof chatFilter> =>
  parse(chatFilter, input ?? {}, at);

export const parseEndpointFilter = (input: unknown, at = 'filter'): z.output<typeof endpointFilter> =>
  parse(endpointFilter, input ?? {}, at);

export const parseChangeFilter = (input: unknown, at = 'filter'): z.output<typeof changeFilter> =>
  parse(changeFilter, input ?? {}, at);

/** A filter for the record: what was not asked is left out, moments are texts. */
export const toldFilter = (filter: object): ReportFilter =>
  Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]: [string, unknown]) => {
      if (value === null || value === undefined || value === '') return [];
      return [[name, value instanceof Date ? value.toISOString() : value]];
    }),
  );
