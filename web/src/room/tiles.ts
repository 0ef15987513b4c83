// Who is on the stage: the people of the record joined with the media that arrives.
import type { ParticipantLineFragment } from '../gql/graphql.ts';
import { isInside } from '../moderation/isInside.ts';
import type { MeetingSnapshot, Remote } from '../sdk/snapshot.ts';

/** More people than this do not get a tile. */
export const tilesMax = 49;

export type TileData = {
  id: string;
  name: string;
  own: boolean;
  camera?: MediaStreamTrack;
  screen?: MediaStreamTrack;
  silent: boolean;
  joining: boolean;
};

const live = (source: { track: MediaStreamTrack; paused: boolean } | undefined) =>
  source && !source.paused ? source.track : undefined;

const remoteTile = (
  remote: Remote | undefined,
  person: ParticipantLineFragment | undefined,
  id: string,
  unknown: string,
): TileData => {
  const camera = live(remote?.camera);
  const screen = live(remote?.screen);
  return {
    id,
    name: person?.displayName ?? unknown,
    own: false,
    ...(camera && { camera }),
    ...(screen && { screen }),
    silent: !live(remote?.microphone),
    joining: person?.state === 'JOINING',
  };
};

/** One tile per person inside, one's own last. People whose entry is still on its way are shown without a name. */
export const tilesOf = (
  people: readonly ParticipantLineFragment[],
  { remotes, local, state }: MeetingSnapshot,
  ownId: string,
  unknown: string,
): TileData[] => {
  const persons = new Map(people.filter(isInside).map((person) => [person.id, person]));
  const media = new Map(remotes.map((remote) => [remote.participantId, remote]));
  const others = [...new Set([...persons.keys(), ...media.keys()])].filter((id) => id !== ownId);
  const own: TileData = {
    id: ownId,
    name: persons.get(ownId)?.displayName ?? '',
    own: true,
    ...(local.camera.on && local.camera.track && { camera: local.camera.track }),
    ...(local.screen.on && local.screen.track && { screen: local.screen.track }),
    silent: !local.microphone.on,
    joining: state !== 'connected',
  };
  return [...others.map((id) => remoteTile(media.get(id), persons.get(id), id, unknown)), own];
};
