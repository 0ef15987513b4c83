// Settings → Access: from where the server may be administered. A Security Admin reads it.
import { Button, Switch, Textarea } from '@mantine/core';
import { useState } from 'react';
import { type Refused, useCommand } from '../../commands.ts';
import {
  AccessSettingsDocument,
  type AccessSettingsQuery,
  EditAccessSettingsDocument,
  ResetSettingsDocument,
} from '../../gql/graphql.ts';
import { useMinPosition, useRead } from '../../graphql.ts';
import { useT } from '../../i18n/locale.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { Read } from '../../ui/PageState.tsx';
import { Facts, Panel } from '../../ui/Panel.tsx';
import { useProblemText } from '../../ui/refusalText.ts';
import { useKnown } from '../../ui/viewer.tsx';
import admin from '../Admin.module.css';
import { SectionForm } from './SectionForm.tsx';
import classes from './Settings.module.css';
import { useSection } from './useSection.ts';

type Saved = AccessSettingsQuery['accessSettings'];

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What is to be saved, and what asks for it; asked again where it shuts the caller out. */
const useSaving = (saved: Saved, done: () => void, failed: () => void) => {
  const edit = useCommand(EditAccessSettingsDocument);
  const reset = useCommand(ResetSettingsDocument);
  const [last, setLast] = useState<'edit' | 'reset'>('edit');
  const run = async (what: 'edit' | 'reset', values: Partial<Saved>, confirmLockout: boolean) => {
    setLast(what);
    const extras = { expectedRevision: saved.revision };
    const granted =
      what === 'edit'
        ? await edit.run({ values, confirmLockout }, extras)
        : await reset.run({ section: 'ACCESS', confirmLockout }, extras);
    if (granted) done();
    else failed();
  };
  const { refused, busy } = last === 'edit' ? edit : reset;
  const forget = () => {
    edit.forget();
    reset.forget();
  };
  return { run, last, refused, busy, forget };
};

type Values = Pick<Saved, 'limited' | 'subnets' | 'localhostWithoutSignIn'>;
type FieldsProps = {
  values: Values;
  change: (patch: Partial<Values>) => void;
  /** The list as it is typed; null while nobody types. */
  text: string | null;
  setText: (text: string) => void;
  refused: Refused | null;
};

const Fields = ({ values, change, text, setText, refused }: FieldsProps) => {
  const t = useT();
  const say = useProblemText();
  const wrong = (refused?.problems ?? []).flatMap((problem) => {
    const line = /^values\.subnets\.(\d+)$/.exec(problem.path)?.[1];
    return line === undefined ? [] : [t('settings.access.line', { line: Number(line) + 1, problem: say(problem) })];
  });
  return (
    <>
      <Switch
        label={t('settings.access.limited')}
        description={t('settings.access.limited.hint')}
        checked={values.limited}
        onChange={(switched) => change({ limited: switched.currentTarget.checked })}
      />
      <Textarea
        className={classes.subnets ?? ''}
        label={t('settings.access.subnets')}
        description={t('settings.access.subnets.hint')}
        autosize
        minRows={5}
        maxRows={16}
        spellCheck={false}
        value={text ?? values.subnets.join('\n')}
        error={wrong.length > 0 ? wrong.join(' ') : undefined}
        onChange={(typed) => {
          setText(typed.currentTarget.value);
          change({ subnets: linesOf(typed.currentTarget.value) });
        }}
      />
      <Switch
        label={t('settings.access.localhost')}
        description={t('settings.access.localhost.hint')}
        checked={values.localhostWithoutSignIn}
        onChange={(switched) => change({ localhostWithoutSignIn: switched.currentTarget.checked })}
      />
    </>
  );
};

const Form = ({ saved, readAgain }: { saved: Saved; readAgain: () => void }) => {
  const t = useT();
  const { revision: _, yourAddress, ...present } = saved;
  const section = useSection(present);
  const [text, setText] = useState<string | null>(null);
  const revert = () => {
    section.revert();
    setText(null);
  };
  const { run, last, refused, busy, forget } = useSaving(saved, revert, readAgain);
  const lockout = refused?.code === 'SETTINGS_LOCKS_YOU_OUT';
  return (
    <>
      <SectionForm
        title={t('settings.access.from')}
        text={t('settings.access.you', { address: yourAddress })}
        dirty={section.dirty}
        busy={busy}
        refused={lockout ? null : refused}
        shown={Array.from({ length: 200 }, (_, line) => String(line))}
        save={() => void run('edit', section.changed, false)}
        revert={() => {
          revert();
          forget();
        }}
      >
        <Fields values={section.values} change={section.change} text={text} setText={setText} refused={refused} />
        <div>
          <Button variant="subtle" onClick={() => void run('reset', {}, false)}>
            {t('settings.defaults')}
          </Button>
        </div>
      </SectionForm>
      {lockout && (
        <Confirm
          opened
          title={t('settings.access.lockout.title')}
          text={t('settings.access.lockout.text', { address: yourAddress })}
          verb={t('settings.access.lockout.verb')}
          busy={busy}
          refused={null}
          close={forget}
          act={() => void run(last, section.changed, true)}
        />
      )}
    </>
  );
};

const ReadOnly = ({ saved }: { saved: Saved }) => {
  const t = useT();
  const { limited, subnets, localhostWithoutSignIn, yourAddress } = saved;
  return (
    <Panel title={t('settings.access.from')}>
      <Facts
        facts={[
          [t('settings.access.limited'), t(limited ? 'answer.yes' : 'answer.no')],
          [
            t('settings.access.subnets'),
            <span key="subnets" className={admin.mono}>
              {subnets.join(', ')}
            </span>,
          ],
          [t('settings.access.localhost'), t(localhostWithoutSignIn ? 'answer.yes' : 'answer.no')],
          [
            t('settings.access.yours'),
            <span key="yours" className={admin.mono}>
              {yourAddress}
            </span>,
          ],
        ]}
      />
    </Panel>
  );
};

export const AccessPage = () => {
  const t = useT();
  const { server } = useKnown();
  const reading = useRead(AccessSettingsDocument, { minPosition: useMinPosition() });
  return (
    <>
      <div className={admin.top}>
        <h1 className={admin.h1}>{t('admin.access')}</h1>
      </div>
      <div className={classes.narrow}>
        <Read reading={reading}>
          {({ accessSettings: saved }) =>
            server.roleHere === 'ADMIN' ? (
              <Form saved={saved} readAgain={reading.readAgain} />
            ) : (
              <ReadOnly saved={saved} />
            )
          }
        </Read>
      </div>
    </>
  );
};
