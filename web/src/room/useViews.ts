import { useEffect, useState } from 'react';
import type { Meeting } from '../sdk/meeting.ts';
import { type TileData, tilesMax } from './tiles.ts';

const layerOf = (tiles: number): 0 | 1 | 2 => (tiles <= 4 ? 2 : tiles <= 12 ? 1 : 0);

const useHidden = () => {
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const look = () => setHidden(document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return hidden;
};

/** Tells the media plane how large each person is shown, so that nothing travels that nobody sees. */
export const useViews = (meeting: Meeting, tiles: readonly TileData[]): void => {
  const hidden = useHidden();
  const spotlight = tiles.some(({ screen }) => screen);
  const layer = spotlight ? 0 : layerOf(tiles.length);
  const others = tiles.flatMap(({ id, own }) => (own ? [] : [id])).join();
  useEffect(() => {
    for (const [index, id] of others.split(',').filter(Boolean).entries()) {
      const view = { visible: !hidden && index < tilesMax, layer };
      // A view is a wish: if the line is down the SDK says it again when it is back.
      meeting.setView(id, 'camera', view).catch(() => undefined);
    }
  }, [meeting, others, layer, hidden]);
};
