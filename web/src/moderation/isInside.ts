import type { ParticipantState } from '../gql/graphql.ts';

/** Whether somebody in this state is in the session now, or on the way in. */
export const isInside = ({ state }: { state: ParticipantState }): boolean => state !== 'LEFT' && state !== 'REMOVED';
