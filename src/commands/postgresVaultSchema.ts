// Tables of the vault, as SQL. Steps are added, never edited.

const first = `
-- A key that was erased stays as a tombstone: it must never be made again.
create table vault.keys (
  subject    text collate "C" primary key,
  key_id     text,
  wrapped    bytea,
  made_at    timestamptz not null default now(),
  erased_at  timestamptz,
  constraint whole_or_erased check (
    (wrapped is null) = (erased_at is not null) and (key_id is null) = (wrapped is null)
  )
);

create table vault.secrets (
  name    text collate "C" primary key,
  key_id  text not null,
  wrapped bytea not null
);

create table vault.passwords (
  password_id text collate "C" primary key,
  account_id  text collate "C" not null,
  hash        text not null
);
create index passwords_of_account on vault.passwords (account_id);

create table vault.tokens (
  hash       bytea primary key,
  sign_in_id text collate "C" not null,
  account_id text collate "C" not null,
  expires_at timestamptz not null
);
create index tokens_of_sign_in on vault.tokens (sign_in_id);
create index tokens_of_account on vault.tokens (account_id);

create table vault.attempts (
  key      text collate "C" primary key,
  count    int not null,
  first_at timestamptz not null,
  last_at  timestamptz not null
) with (fillfactor = 70);
`;

// `master` names the master key that wraps a row; null is the one that was there before it had a name. While one takes
// the place of another, each is kept under the other, so that a file with either of them opens everything.
const second = `
alter table vault.keys add column master text;
alter table vault.secrets add column master text;
create table vault.master (
  one         boolean primary key default true check (one),
  id          text not null,
  previous_id text,
  forward     bytea,
  backward    bytea
);
`;

/** In the order of the versions they lead to. */
export const vaultSteps: readonly string[] = [first, second];
