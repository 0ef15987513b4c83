// The conferences a person owns, moderates or may come to.
import { Button, CopyButton, Drawer } from '@mantine/core';
import IconCopy from '@tabler/icons-react/dist/esm/icons/IconCopy.mjs';
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs';
import IconSettings from '@tabler/icons-react/dist/esm/icons/IconSettings.mjs';
import IconVideo from '@tabler/icons-react/dist/esm/icons/IconVideo.mjs';
import { useCallback, useState } from 'react';
import { useCommand } from '../commands.ts';
import { CreateConference } from '../conferences/CreateConference.tsx';
import { unmask } from '../gql/fragment-masking.ts';
import {
  type ConferenceSummaryFragment,
  ConferenceSummaryFragmentDoc,
  ConferencesChangedDocument,
  CreateConferenceDocument,
  CreatedConferenceDocument,
  MyConferencesDocument,
  PersonNameFragmentDoc,
} from '../gql/graphql.ts';
import { ask, useMinPosition } from '../graphql.ts';
import { useT } from '../i18n/locale.tsx';
import { useChanges } from '../live.ts';
import { useSearchState } from '../search.ts';
import { Mark } from '../ui/Mark.tsx';
import { Empty, Failed, Loading } from '../ui/PageState.tsx';
import { Panel } from '../ui/Panel.tsx';
import { page, usePages } from '../ui/pages.ts';
import { useQuestionAbove } from '../ui/questions.ts';
import { RefusalNotice } from '../ui/RefusalNotice.tsx';
import { useKnown } from '../ui/viewer.tsx';
import { newId } from '../uuid.ts';
import { readMyConferences } from './addresses.ts';
import { EditConference } from './EditConference.tsx';
import { JoinById } from './JoinById.tsx';
import classes from './Portal.module.css';
import { SignInFirst } from './SignInFirst.tsx';
import '../ui/overlayStyles.ts';

const useMine = () => {
  const minPosition = useMinPosition();
  const fetchPage = useCallback(
    async (first: number, after: string | null) => {
      const answer = await ask(MyConferencesDocument, { first, after, minPosition });
      return 'data' in answer ? { data: page(answer.data.myConferences) } : answer;
    },
    [minPosition],
  );
  const pages = usePages('mine', fetchPage);
  useChanges(ConferencesChangedDocument, ({ conferencesChanged }) => conferencesChanged, pages.readAgain);
  const conferences = pages.nodes.map((node) => unmask(ConferenceSummaryFragmentDoc, node));
  return {
    ...pages,
    conferences: conferences.toSorted((a, b) => Number(Boolean(b.running)) - Number(Boolean(a.running))),
  };
};

const inside = ({ running }: ConferenceSummaryFragment) =>
  running?.participants.filter(({ state }) => state !== 'LEFT' && state !== 'REMOVED').length ?? 0;

const Line = ({ conference, edit }: { conference: ConferenceSummaryFragment; edit: () => void }) => {
  const t = useT();
  const { cid, title, kind, running, viewerModerates } = conference;
  const owner = unmask(PersonNameFragmentDoc, conference.owner);
  return (
    <li className={classes.conference} data-running={running ? true : undefined}>
      <div>
        <div className={classes.name}>
          <a href={`/c/${cid}`}>{title}</a>
          {running && (
            <Mark tone="ok" pill>
              {t('conference.running.count', { count: inside(conference) })}
            </Mark>
          )}
        </div>
        <div className={classes.under}>
          <span className={classes.cid}>{cid}</span>
          <span>{t(`conference.kind.${kind}`)}</span>
          <span>{t('conference.ownedBy', { name: owner.displayName || owner.login })}</span>
        </div>
      </div>
      <div className={classes.buttons}>
        <CopyButton value={`${location.origin}/c/${cid}`}>
          {({ copied, copy }) => (
            <Button variant="default" leftSection={<IconCopy size={15} />} onClick={copy}>
              {copied ? t('conference.copied') : t('conference.copyLink')}
            </Button>
          )}
        </CopyButton>
        {viewerModerates && (
          <Button variant="default" leftSection={<IconSettings size={15} />} onClick={edit}>
            {t('action.edit')}
          </Button>
        )}
      </div>
      <Button component="a" href={`/c/${cid}/room`} leftSection={<IconVideo size={16} />}>
        {running || !viewerModerates ? t('conference.join') : t('conference.start')}
      </Button>
    </li>
  );
};

const useMeetNow = () => {
  const t = useT();
  const { viewer } = useKnown();
  const [opening, setOpening] = useState(false);
  const command = useCommand(CreateConferenceDocument);
  const meet = async () => {
    const conferenceId = newId();
    const title = t('conference.adHoc.title', { name: viewer?.account.displayName || (viewer?.account.login ?? '') });
    setOpening(true);
    const created = await command.run({ conferenceId, kind: 'AD_HOC', title, joinWithoutInvitation: true });
    const minPosition = created && 'position' in created ? created.position : null;
    const answer = created && (await ask(CreatedConferenceDocument, { id: conferenceId, minPosition }));
    if (answer && 'data' in answer && answer.data.conference) location.assign(`/c/${answer.data.conference.cid}/room`);
    else setOpening(false);
  };
  return { meet, opening, refused: command.refused };
};

const Mine = () => {
  const t = useT();
  const asked = useQuestionAbove();
  const mine = useMine();
  const [search, change] = useSearchState(readMyConferences);
  const { meet, opening, refused } = useMeetNow();
  const { conferences } = mine;
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('portal.myConferences')}</h1>
        <div className={classes.buttons}>
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => change({ new: ['room'] })}>
            {t('conference.create.title')}
          </Button>
          <Button leftSection={<IconVideo size={16} />} loading={opening} onClick={() => void meet()}>
            {t('conference.meetNow')}
          </Button>
        </div>
      </div>
      <RefusalNotice refused={refused} />
      <Panel flush>
        {mine.failure && <Failed failure={mine.failure} readAgain={mine.readAgain} />}
        {!mine.failure &&
          conferences.length === 0 &&
          (mine.reading ? <Loading /> : <Empty title={t('portal.none')} text={t('portal.none.text')} />)}
        <ul className={classes.rows} aria-busy={mine.reading}>
          {conferences.map((conference) => (
            <Line key={conference.id} conference={conference} edit={() => change({ conference: conference.id })} />
          ))}
        </ul>
      </Panel>
      {mine.hasMore && (
        <Button variant="default" onClick={mine.more}>
          {t('action.more')}
        </Button>
      )}
      <CreateConference
        opened={Boolean(search.new)}
        close={() => change({ new: undefined })}
        created={() => change({ new: undefined })}
      />
      <JoinById />
      <Drawer
        closeOnEscape={!asked}
        opened={Boolean(search.conference)}
        onClose={() => change({ conference: undefined })}
        title={t('conference.edit')}
        closeButtonProps={{ 'aria-label': t('action.close') }}
      >
        {search.conference && (
          <EditConference id={search.conference} deleted={() => change({ conference: undefined })} />
        )}
      </Drawer>
    </>
  );
};

export const MyConferences = () => (
  <SignInFirst>
    <Mine />
  </SignInFirst>
);
