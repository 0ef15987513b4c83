// How an event is told: what happened, how grave it is, who did it.
import type { AccountStatus, EventLineFragment, Severity } from '../../gql/graphql.ts';
import { type MessageId, useT } from '../../i18n/locale.tsx';
import { Mark, type Tone } from '../../ui/Mark.tsx';
import { objectTypes } from '../addresses.ts';
import { eventId } from './eventTypes.ts';

const tones: Record<Severity, Tone> = { INFO: 'off', LOW: 'info', MEDIUM: 'warn', HIGH: 'bad' };

export const SeverityMark = ({ severity }: { severity: Severity }) => {
  const t = useT();
  return <Mark tone={tones[severity]}>{t(`severity.${severity}`)}</Mark>;
};

/** The catalogue's codes, as they stand in the record. */
const statuses: Record<number, AccountStatus | undefined> = {
  [-2]: 'INACTIVE',
  0: 'OFFLINE',
  1: 'ONLINE',
  2: 'BUSY',
  5: 'OWNER',
};

export const useEventWords = () => {
  const t = useT();
  const what = (type: string) => {
    const id = eventId(type);
    return id ? t(id) : type;
  };
  return {
    what,
    /** What happened, with the value that says most about it where there is one. */
    told: ({ type, data }: Pick<EventLineFragment, 'type' | 'data'>) => {
      const code = type === 'AccountStatusSettled' ? (data as { status?: number }).status : undefined;
      const status = code === undefined ? undefined : statuses[code];
      return status ? `${what(type)}: ${t(`status.${status}`)}` : what(type);
    },
    kind: (objectType: string) =>
      objectTypes.some((each) => each === objectType) ? t(`object.${objectType}` as MessageId) : objectType,
    who: ({ actorKind, actorId, actorName }: Pick<EventLineFragment, 'actorKind' | 'actorId' | 'actorName'>) => {
      if (actorKind === 'account') return actorName;
      // Whoever sat at the server administered it without signing in, where the settings let her.
      const kind = actorKind === 'anonymous' && actorId === 'localhost' ? 'localhost' : actorKind;
      return t(`actor.${kind}` as MessageId, { name: actorName });
    },
  };
};
