// Up to 49 tiles as large as they fit, or a shared screen with the people beside it.
import { useElementSize } from '@mantine/hooks';
import IconMicrophoneOff from '@tabler/icons-react/dist/esm/icons/IconMicrophoneOff.mjs';
import { useT } from '../i18n/locale.tsx';
import classes from './Stage.module.css';
import { type TileData, tilesMax } from './tiles.ts';
import { Video } from './Video.tsx';

const gap = 8;
const shape = 16 / 9;

/** The number of columns that makes 16:9 tiles largest in a box, and their width in pixels. */
const fit = (count: number, width: number, height: number): { columns: number; tileWidth: number } => {
  const candidates = Array.from({ length: Math.max(1, count) }, (_, index) => index + 1).map((columns) => {
    const rows = Math.ceil(count / columns);
    const byWidth = (width - gap * (columns - 1)) / columns;
    const byHeight = ((height - gap * (rows - 1)) / rows) * shape;
    return { columns, tileWidth: Math.max(0, Math.floor(Math.min(byWidth, byHeight))) };
  });
  return candidates.reduce((best, next) => (next.tileWidth > best.tileWidth ? next : best));
};

const initials = (name: string) =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => Array.from(word)[0] ?? '')
    .join('')
    .toLocaleUpperCase();

const Tile = ({ tile, speaking }: { tile: TileData; speaking: boolean }) => {
  const t = useT();
  const { name, own, camera, silent, joining } = tile;
  const shown = own ? `${name} (${t('moderation.you')})` : name;
  return (
    <li className={classes.tile} data-speaking={speaking || undefined} data-participant={tile.id}>
      {camera ? (
        <Video track={camera} mirrored={own} label={t('room.video', { name: shown })} />
      ) : (
        <span className={classes.initials} aria-hidden="true">
          {initials(name)}
        </span>
      )}
      <span className={classes.plate}>
        {silent && <IconMicrophoneOff size={14} role="img" aria-label={t('room.silent')} />}
        <span className={classes.name}>{shown}</span>
        {joining && <span>· {t('participant.JOINING')}</span>}
        {speaking && <span className={classes.hidden}>{t('room.speaking')}</span>}
      </span>
    </li>
  );
};

const Tiles = ({ tiles, activeSpeaker }: { tiles: TileData[]; activeSpeaker: string | null }) => {
  const t = useT();
  const { ref, width, height } = useElementSize<HTMLUListElement>();
  const crowded = tiles.length > tilesMax;
  const shown = crowded ? [...tiles.slice(0, tilesMax - 2), ...tiles.slice(-1)] : tiles;
  const { tileWidth, columns } = fit(shown.length + (crowded ? 1 : 0), width, height);
  return (
    <ul
      ref={ref}
      className={classes.grid}
      style={{ gridTemplateColumns: `repeat(${columns}, ${tileWidth}px)` }}
      aria-label={t('moderation.inside')}
    >
      {shown.map((tile) => (
        <Tile key={tile.id} tile={tile} speaking={tile.id === activeSpeaker} />
      ))}
      {crowded && <li className={classes.tile}>{t('room.more', { count: tiles.length - shown.length })}</li>}
    </ul>
  );
};

export const Stage = ({ tiles, activeSpeaker }: { tiles: TileData[]; activeSpeaker: string | null }) => {
  const t = useT();
  // Others' screens first: one's own is on the desk already.
  const sharing = tiles.find(({ screen, own }) => screen && !own) ?? tiles.find(({ screen }) => screen);
  const alone = tiles.length === 1;
  return (
    <>
      {sharing?.screen ? (
        <div className={classes.spotlight}>
          <figure className={classes.screen}>
            <Video track={sharing.screen} whole label={t('room.screenOf', { name: sharing.name })} />
            <figcaption className={classes.plate}>{t('room.screenOf', { name: sharing.name })}</figcaption>
          </figure>
          <ul className={classes.strip}>
            {tiles.slice(0, tilesMax).map((tile) => (
              <Tile key={tile.id} tile={tile} speaking={tile.id === activeSpeaker} />
            ))}
          </ul>
        </div>
      ) : (
        <Tiles tiles={tiles} activeSpeaker={activeSpeaker} />
      )}
      {alone && <p className={classes.alone}>{t('room.alone')}</p>}
    </>
  );
};
