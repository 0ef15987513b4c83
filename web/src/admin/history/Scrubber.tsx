// Moves through the past: by button, by key, by sliding; and says plainly that this is not the present.
import { ActionIcon, Button } from '@mantine/core';
import IconChevronLeft from '@tabler/icons-react/dist/esm/icons/IconChevronLeft.mjs';
import IconChevronRight from '@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs';
import IconClock from '@tabler/icons-react/dist/esm/icons/IconClock.mjs';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import own from './History.module.css';

type Props = { events: readonly { occurredAt: string }[]; index: number; go: (index: number) => void };

export const Scrubber = ({ events, index, go }: Props) => {
  const t = useT();
  const { dateTime } = useFormat();
  const last = events.length - 1;
  const at = dateTime(events[index]?.occurredAt ?? '');
  const said = t('admin.history.place', { place: index + 1, count: events.length, time: at });
  return (
    <div className={own.scrubber} data-past={index < last || undefined}>
      <ActionIcon
        variant="default"
        aria-label={t('admin.history.back')}
        aria-keyshortcuts="ArrowLeft"
        disabled={index <= 0}
        onClick={() => go(index - 1)}
      >
        <IconChevronLeft size={17} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        aria-label={t('admin.history.forward')}
        aria-keyshortcuts="ArrowRight"
        disabled={index >= last}
        onClick={() => go(index + 1)}
      >
        <IconChevronRight size={17} />
      </ActionIcon>
      <input
        className={own.range}
        type="range"
        min={0}
        max={last}
        value={index}
        aria-label={t('admin.history.scrub')}
        aria-valuetext={said}
        onChange={(slid) => go(Number(slid.currentTarget.value))}
      />
      <p className={own.asOf} role="status">
        <IconClock size={16} aria-hidden="true" />
        {index < last ? t('admin.history.asOf', { time: at }) : t('admin.history.now')}
        <span className={own.place}>{t('admin.history.event', { place: index + 1, count: events.length })}</span>
      </p>
      {index < last && (
        <Button variant="default" onClick={() => go(last)}>
          {t('admin.history.toNow')}
        </Button>
      )}
    </div>
  );
};
