import { describe, test } from 'vitest';
import { configuration } from '../../src/domain/settings/configuration.ts';
import type {
  ConfigurationEvent,
  LegalHoldEvent,
  PreferencesEvent,
  SettingsEvent,
} from '../../src/domain/settings/events.ts';
import { legalHold } from '../../src/domain/settings/legalHold.ts';
import { preferences } from '../../src/domain/settings/preferences.ts';
import {
  accessSettings,
  generalSettings,
  retentionSettings,
  witnessSettings,
} from '../../src/domain/settings/settings.ts';
import { anna, at, boris, given, id } from './given.ts';

describe('the settings of the server', () => {
  const access = given(accessSettings);
  const opened: SettingsEvent = {
    type: 'AccessSettingsEdited',
    data: { before: { limited: true }, after: { limited: false }, editedAt: at },
  };

  test('record the fields that change, as they were and as they are', () =>
    access()
      .when({ type: 'EditSettings', data: { values: { limited: false, localhostWithoutSignIn: false } } })
      .then(opened));
  test('record nothing where nothing changes', () =>
    access(opened)
      .when({ type: 'EditSettings', data: { values: { limited: false } } })
      .nothing());
  test('compare lists by what is in them', () =>
    access()
      .when({ type: 'EditSettings', data: { values: { subnets: [...accessSettings.initial.subnets] } } })
      .nothing());
  test('go back to their defaults, field by field', () =>
    access(opened)
      .when({ type: 'EditSettings', data: { values: accessSettings.initial } })
      .then({
        type: 'AccessSettingsEdited',
        data: { before: { limited: false }, after: { limited: true }, editedAt: at },
      }));
  test('keep sections apart', () => {
    given(generalSettings)(opened)
      .when({ type: 'EditSettings', data: { values: { serverName: 'Meet' } } })
      .then({
        type: 'GeneralSettingsEdited',
        data: { before: { serverName: '' }, after: { serverName: 'Meet' }, editedAt: at },
      });
    given(retentionSettings)()
      .when({ type: 'EditSettings', data: { values: { chatDays: 30 } } })
      .then({
        type: 'RetentionSettingsEdited',
        data: { before: { chatDays: null }, after: { chatDays: 30 }, editedAt: at },
      });
    const targets = [{ kind: 'directory' as const, address: '/srv/witness' }];
    given(witnessSettings)()
      .when({ type: 'EditSettings', data: { values: { targets } } })
      .then({ type: 'WitnessSettingsEdited', data: { before: { targets: [] }, after: { targets }, editedAt: at } });
  });
});

describe('preferences', () => {
  const past = given(preferences);
  const german: PreferencesEvent = {
    type: 'PreferencesEdited',
    data: {
      accountId: anna,
      fields: ['language'],
      before: { language: null },
      after: { language: 'de' },
      editedAt: at,
    },
  };
  const ask = { type: 'EditPreferences' as const, data: { accountId: anna, values: { language: 'de' as const } } };

  test('are recorded for the person who has them', () => past().when(ask).then(german));
  test('chosen again record nothing', () => past(german).when(ask).nothing());
  test('are the defaults again once the person was erased', () => {
    const erased: PreferencesEvent = { ...german, data: { ...german.data, before: null, after: null } };
    past(erased).when(ask).then(german);
  });
});

describe('a legal hold', () => {
  const past = given(legalHold);
  const holdId = id(30);
  const held = { name: 'Case 7', reason: 'Letter of 3 November', accountIds: [anna], conferenceIds: [] };
  const placed: LegalHoldEvent = { type: 'LegalHoldPlaced', data: { holdId, ...held, placedAt: at } };
  const released: LegalHoldEvent = { type: 'LegalHoldReleased', data: { holdId, releasedAt: at } };
  const place = { type: 'PlaceLegalHold' as const, data: { holdId, ...held } };
  const edit = {
    type: 'EditLegalHold' as const,
    data: { holdId, values: { accountIds: [anna, boris], name: undefined } },
  };
  const release = { type: 'ReleaseLegalHold' as const, data: { holdId } };

  test('is placed', () => past().when(place).then(placed));
  test('is not placed twice', () => past(placed).when(place).refused('legal_hold.exists'));
  test('is edited field by field', () =>
    past(placed)
      .when(edit)
      .then({
        type: 'LegalHoldEdited',
        data: {
          holdId,
          before: { accountIds: [anna] },
          after: { accountIds: [anna, boris] },
          editedAt: at,
        },
      }));
  test('is edited only while it counts', () => {
    past().when(edit).refused('legal_hold.not_found');
    past(placed, released).when(edit).refused('legal_hold.not_found');
  });
  test('is released, and then nothing more', () => {
    past(placed).when(release).then(released);
    past(placed, released).when(release).nothing();
    past().when(release).refused('legal_hold.not_found');
  });
});

describe('a file of the configuration', () => {
  const past = given(configuration);
  const [fileId, restoreId] = [id(7), id(8)];
  const saved: ConfigurationEvent = { type: 'ConfigurationSaved', data: { fileId, savedAt: at } };
  const about = { restoreId, fileSavedAt: at, accounts: 3, conferences: 2 };
  const begun: ConfigurationEvent = { type: 'ConfigurationRestoreBegun', data: { ...about, begunAt: at } };
  const counts = { created: 4, changed: 1, unchanged: 0, conflicts: 0 };
  const ended: ConfigurationEvent = {
    type: 'ConfigurationRestoreEnded',
    data: { restoreId, ...counts, endedAt: at },
  };
  const end = { type: 'EndConfigurationRestore' as const, data: { restoreId, ...counts } };

  test('is on the record once', () => {
    past().when({ type: 'SaveConfiguration', data: { fileId } }).then(saved);
    past(saved).when({ type: 'SaveConfiguration', data: { fileId } }).nothing();
  });
  test('is restored from its begin to its end', () => {
    past().when({ type: 'BeginConfigurationRestore', data: about }).then(begun);
    past(begun).when({ type: 'BeginConfigurationRestore', data: about }).nothing();
    past().when(end).nothing();
    past(begun).when(end).then(ended);
    past(begun, ended).when(end).nothing();
  });
});
