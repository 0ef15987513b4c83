import { Link } from '@tanstack/react-router';
import { useT } from '../../i18n/locale.tsx';
import { useKnown } from '../../ui/viewer.tsx';

type Told = { number: string; objectType: string; objectId: string };

/** The page of the object an event was about, among those that the reader may see as of an event. */
const placeOf = ({ objectType, objectId }: Told, isAdmin: boolean) => {
  switch (objectType) {
    case 'session':
    case 'channel':
      return { to: '/sessions', search: { session: objectId } };
    case 'settings':
      if (objectId === 'access' || !isAdmin) return { to: '/settings/access', search: {} };
      return { to: '/settings', search: {} };
    case 'account':
    case 'accountStatus':
    case 'signInGuard':
      return isAdmin ? { to: '/accounts', search: { account: objectId } } : { to: '/sessions', search: {} };
    case 'administration':
      return { to: isAdmin ? '/administrators' : '/sessions', search: {} };
    case 'conference':
      return isAdmin ? { to: '/conferences', search: { conference: objectId } } : { to: '/sessions', search: {} };
    default:
      return { to: isAdmin ? '/conferences' : '/sessions', search: {} };
  }
};

/** Opens the dashboard as it was after an event, where its object stands. */
export const MomentLink = ({ event }: { event: Told }) => {
  const t = useT();
  const { server } = useKnown();
  const { to, search } = placeOf(event, server.roleHere === 'ADMIN');
  return (
    <Link to={to} search={{ ...search, asof: event.number }}>
      {t('past.open')}
    </Link>
  );
};
