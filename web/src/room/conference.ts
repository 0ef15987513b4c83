import type { RoomConferenceQuery } from '../gql/graphql.ts';

/** What the room knows of its conference before anybody has joined. */
export type RoomConference = NonNullable<RoomConferenceQuery['conferencePage']>;
