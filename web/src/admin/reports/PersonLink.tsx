import { Link } from '@tanstack/react-router';
import { useKnown } from '../../ui/viewer.tsx';
import { HistoryLink } from '../HistoryLink.tsx';

/** A person's name, leading to the account for those who may see it, to its history for others. */
export const PersonLink = ({ person }: { person: { id: string; displayName?: string; login?: string } }) => {
  const { server } = useKnown();
  const name = person.displayName || person.login || person.id;
  return server.roleHere === 'ADMIN' ? (
    <Link to="/accounts" search={{ account: person.id }}>
      {name}
    </Link>
  ) : (
    <HistoryLink type="account" id={person.id}>
      {name}
    </HistoryLink>
  );
};
