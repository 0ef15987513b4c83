// How an event is told: what happened, how grave it is, who did it.
import type { EventLineFragment, Severity } from '../../gql/graphql.ts';
import { type MessageId, useT } from '../../i18n/locale.tsx';
import { Mark, type Tone } from '../../ui/Mark.tsx';
import { objectTypes } from '../addresses.ts';
import { eventId } from './eventTypes.ts';

const tones: Record<Severity, Tone> = { INFO: 'off', LOW: 'info', MEDIUM: 'warn', HIGH: 'bad' };

export const SeverityMark = ({ severity }: { severity: Severity }) => {
  const t = useT();
  return <Mark tone={tones[severity]}>{t(`severity.${severity}`)}</Mark>;
};

export const useEventWords = () => {
  const t = useT();
  return {
    what: (type: string) => {
      const id = eventId(type);
      return id ? t(id) : type;
    },
    kind: (objectType: string) =>
      objectTypes.some((each) => each === objectType) ? t(`object.${objectType}` as MessageId) : objectType,
    who: ({ actorKind, actorName }: Pick<EventLineFragment, 'actorKind' | 'actorName'>) =>
      actorKind === 'account' ? actorName : t(`actor.${actorKind}` as MessageId, { name: actorName }),
  };
};
