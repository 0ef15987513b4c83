// How far the record is proved to be unaltered: the checkpoint, the keys, and how anybody can check it.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useCommand } from '../../commands.ts';
import {
  ProofNowDocument,
  type ProofNowQuery,
  RotateSigningKeyDocument,
  SignCheckpointDocument,
} from '../../gql/graphql.ts';
import { useRead } from '../../graphql.ts';
import { useFormat } from '../../i18n/format.ts';
import { useT } from '../../i18n/locale.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { Read } from '../../ui/PageState.tsx';
import { Facts, Panel } from '../../ui/Panel.tsx';
import { RefusalNotice } from '../../ui/RefusalNotice.tsx';
import { useKnown } from '../../ui/viewer.tsx';
import classes from '../Admin.module.css';
import { useAgain } from '../useAgain.ts';
import own from './Proof.module.css';
import '../../ui/overlayStyles.ts';

type Proof = ProofNowQuery['proof'];

const againMs = 5_000;

const State = ({ proof }: { proof: Proof }) => {
  const t = useT();
  const { dateTime } = useFormat();
  const { verifiedTo, verifiedAt, recheckedTo, recheckedAt, alteration } = proof;
  const place = (number: string | null, at: string | null) =>
    number !== null && at !== null && t('admin.proof.upTo', { number, time: dateTime(at) });
  return (
    <Panel title={t('admin.proof.state')}>
      <Facts
        facts={[
          [
            t('admin.state'),
            <Mark key="state" tone={alteration ? 'bad' : verifiedTo === null ? 'off' : 'ok'}>
              {t(
                alteration ? 'admin.proof.altered' : verifiedTo === null ? 'admin.proof.none' : 'admin.proof.unaltered',
              )}
            </Mark>,
          ],
          [t('admin.proof.found'), alteration && `${dateTime(alteration.at)} – ${alteration.reason}`],
          [t('admin.proof.signed'), place(verifiedTo, verifiedAt) || '–'],
          [t('admin.proof.rechecked'), place(recheckedTo, recheckedAt) || '–'],
        ]}
      />
    </Panel>
  );
};

const Keys = ({ keys }: Pick<Proof, 'keys'>) => {
  const t = useT();
  const { dateTime } = useFormat();
  const newestFirst = keys.toReversed();
  return (
    <Panel title={t('admin.proof.keys')}>
      <Facts
        facts={newestFirst.map(({ verifierKey, adoptedAt, endorsed }, index) => [
          t(index === 0 ? 'admin.proof.key.now' : 'admin.proof.key.before', { time: dateTime(adoptedAt) }),
          <span key={verifierKey}>
            <span className={own.key}>{verifierKey}</span>{' '}
            {endorsed && <span className={classes.muted}>{t('admin.proof.key.endorsed')}</span>}
          </span>,
        ])}
      />
    </Panel>
  );
};

const Witnesses = ({ witnesses }: Pick<Proof, 'witnesses'>) => {
  const t = useT();
  const { dateTime } = useFormat();
  return (
    <Panel title={t('settings.witnesses')}>
      {witnesses.length === 0 && <p className={classes.muted}>{t('admin.proof.witness.none')}</p>}
      <Facts
        facts={witnesses.map(({ name, keptTo, keptAt, failures, failedAt, reason }) => [
          name,
          <span key="state">
            <Mark tone={failures > 0 ? 'bad' : keptTo === null ? 'off' : 'ok'}>
              {keptTo !== null && keptAt !== null
                ? t('admin.proof.witness.kept', { number: keptTo, time: dateTime(keptAt) })
                : t('admin.proof.witness.waits')}
            </Mark>
            {failures > 0 && failedAt !== null && (
              <div>{t('admin.proof.witness.failed', { time: dateTime(failedAt), reason: reason ?? '' })}</div>
            )}
          </span>,
        ])}
      />
    </Panel>
  );
};

const HowToCheck = ({ verifierKey }: { verifierKey: string | undefined }) => {
  const t = useT();
  const { origin } = window.location;
  const key = verifierKey === undefined ? '' : ` --key '${verifierKey}'`;
  return (
    <Panel title={t('admin.proof.check')}>
      <div className={own.lines}>
        <p>{t('admin.proof.check.export')}</p>
        <pre className={own.text}>{`./hansard export-log log\n./hansard verify log${key} --witness FILE`}</pre>
        <p>{t('admin.proof.check.live')}</p>
        <pre className={own.text}>{`./hansard verify ${origin} --login NAME --password-file FILE${key}`}</pre>
        <p className={classes.muted}>{t('admin.proof.check.keep')}</p>
      </div>
    </Panel>
  );
};

const Actions = ({ changed }: { changed: () => void }) => {
  const t = useT();
  const [asking, setAsking] = useState(false);
  const sign = useCommand(SignCheckpointDocument);
  const rotate = useCommand(RotateSigningKeyDocument);
  const close = () => {
    rotate.forget();
    setAsking(false);
  };
  const act = (reason: string) =>
    void rotate.run({}, reason ? { reason } : {}).then((granted) => {
      if (!granted) return;
      close();
      changed();
    });
  return (
    <>
      <Button variant="default" loading={sign.busy} onClick={() => void sign.run({}).then(changed)}>
        {t('admin.proof.sign')}
      </Button>
      <Button variant="default" onClick={() => setAsking(true)}>
        {t('admin.proof.rotate')}
      </Button>
      <RefusalNotice refused={sign.refused} />
      {asking && (
        <Confirm
          opened
          title={t('admin.proof.rotate.title')}
          text={t('admin.proof.rotate.text')}
          verb={t('admin.proof.rotate')}
          busy={rotate.busy}
          refused={rotate.refused}
          withReason
          close={close}
          act={act}
        />
      )}
    </>
  );
};

export const ProofPage = () => {
  const t = useT();
  const { server } = useKnown();
  const reading = useRead(ProofNowDocument, {});
  useAgain(reading.readAgain, againMs);
  return (
    <>
      <div className={classes.top}>
        <h1 className={classes.h1}>{t('admin.proof')}</h1>
        {server.roleHere === 'ADMIN' && <Actions changed={reading.readAgain} />}
      </div>
      <Read reading={reading}>
        {({ proof }) => (
          <>
            <State proof={proof} />
            {proof.checkpoint !== null && (
              <Panel title={t('admin.proof.checkpoint')}>
                <pre className={own.text}>{proof.checkpoint.trimEnd()}</pre>
              </Panel>
            )}
            {proof.keys.length > 0 && <Keys keys={proof.keys} />}
            <Witnesses witnesses={proof.witnesses} />
            <HowToCheck verifierKey={proof.keys.at(-1)?.verifierKey} />
          </>
        )}
      </Read>
    </>
  );
};
