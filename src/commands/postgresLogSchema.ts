// Tables and functions of the log, as SQL. Steps are added, never edited: a log may come from any older program.

// The head holds the position of the newest event. It is advanced under a lock that is held until commit, so that
// positions have no gaps and become visible in their order (a sequence would give neither).
const first = `
create table log.identity (
  one    boolean primary key default true check (one),
  log_id uuid not null default gen_random_uuid()
);
insert into log.identity default values;

create table log.head (
  one      boolean primary key default true check (one),
  position bigint not null
) with (fillfactor = 10);
insert into log.head (position) values (0);

create table log.streams (
  stream   text collate "C" primary key,
  revision int not null
) with (fillfactor = 70);

create table log.events (
  position    bigint primary key,
  stream      text collate "C" not null,
  revision    int not null,
  id          uuid not null,
  type        text collate "C" not null,
  data        bytea not null,
  metadata    bytea not null,
  recorded_at timestamptz not null,
  constraint  events_id unique (id),
  constraint  events_revision unique (stream, revision)
);

-- Bytes that are mostly encrypted do not shrink.
alter table log.events alter column data set storage external, alter column metadata set storage external;

create function log.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'The log is append-only';
end $$;
create trigger append_only before update or delete or truncate on log.events
  for each statement execute function log.refuse();

-- Many appends in one call, each of one stream (no stream twice). One row per append, by its number from 1:
-- 'appended' with the last revision and position, or 'conflict' with the revision the stream has (-1: none).
-- Event i is number places[i] (from 1) of append owners[i]; its data and then its metadata lie in bytes at starts[i].
-- Several small statements, and arrays instead of joins: starting up one large plan took longer than all the rest.
create function log.append(
  streams text[], expectations int[], sizes int[],
  owners int[], places int[], event_streams text[], ids uuid[], types text[],
  starts int[], data_lengths int[], metadata_lengths int[], bytes bytea
) returns table (append int, outcome text, last_revision int, last_position bigint)
language plpgsql as $$
declare
  base       bigint;
  added      bigint;
  actuals    int[];
  written_at timestamptz;
begin
  perform pg_advisory_xact_lock(hashtextextended('hansard log append', 0));
  select h.position into base from log.head h;
  written_at := clock_timestamp();
  actuals := array(
    select coalesce((select s.revision from log.streams s where s.stream = a.stream), -1)
    from unnest(streams) with ordinality as a (stream, n) order by a.n
  );

  insert into log.events (position, stream, revision, id, type, data, metadata, recorded_at)
  select base + row_number() over (order by e.n), e.stream, expectations[e.owner] + e.place, e.id, e.type,
         substring(bytes from e.start for e.data_length),
         substring(bytes from e.start + e.data_length for e.metadata_length),
         written_at
  from unnest(owners, places, event_streams, ids, types, starts, data_lengths, metadata_lengths)
    with ordinality as e (owner, place, stream, id, type, start, data_length, metadata_length, n)
  where expectations[e.owner] = actuals[e.owner];
  get diagnostics added = row_count;

  if added > 0 then
    insert into log.streams as s (stream, revision)
    select a.stream, a.expected + a.size
    from unnest(streams, expectations, sizes, actuals) as a (stream, expected, size, actual)
    where a.expected = a.actual
    on conflict (stream) do update set revision = excluded.revision;
    update log.head h set position = base + added;
  end if;

  return query
  select a.n::int,
         case when a.expected = a.actual or r.position is not null then 'appended' else 'conflict' end,
         case when a.expected = a.actual or r.position is not null then a.expected + a.size else a.actual end,
         case when a.expected = a.actual
              then base + sum(a.size) filter (where a.expected = a.actual) over (order by a.n)
              else r.position end
  from unnest(streams, expectations, sizes, actuals) with ordinality as a (stream, expected, size, actual, n)
  -- A repetition: the very same events are there, at the revisions they were to have.
  left join lateral (
    select max(t.position) as position
    from unnest(owners, places, ids, types, starts, data_lengths, metadata_lengths)
      as e (owner, place, id, type, start, data_length, metadata_length)
    join log.events t on t.stream = a.stream and t.revision = a.expected + e.place
     and t.id = e.id and t.type = e.type
     and t.data = substring(bytes from e.start for e.data_length)
     and t.metadata = substring(bytes from e.start + e.data_length for e.metadata_length)
    where a.expected < a.actual and e.owner = a.n
    having count(*) = a.size
  ) r on a.expected < a.actual
  order by a.n;
end $$;
`;

// The newest revision of a stream is the last entry of the index over (stream, revision): a table that repeats it cost
// a third of each append. And where no append of a batch conflicts, as is the rule, nothing has to be told apart.
const second = `
drop table log.streams;

create or replace function log.append(
  streams text[], expectations int[], sizes int[],
  owners int[], places int[], event_streams text[], ids uuid[], types text[],
  starts int[], data_lengths int[], metadata_lengths int[], bytes bytea
) returns table (append int, outcome text, last_revision int, last_position bigint)
language plpgsql as $$
declare
  base       bigint;
  added      bigint;
  actuals    int[];
  written_at timestamptz;
begin
  perform pg_advisory_xact_lock(hashtextextended('hansard log append', 0));
  select h.position into base from log.head h;
  written_at := clock_timestamp();
  actuals := array(
    select coalesce(
      (select t.revision from log.events t where t.stream = a.stream order by t.revision desc limit 1), -1)
    from unnest(streams) with ordinality as a (stream, n) order by a.n
  );

  if actuals = expectations then
    insert into log.events (position, stream, revision, id, type, data, metadata, recorded_at)
    select base + e.n, e.stream, expectations[e.owner] + e.place, e.id, e.type,
           substring(bytes from e.start for e.data_length),
           substring(bytes from e.start + e.data_length for e.metadata_length),
           written_at
    from unnest(owners, places, event_streams, ids, types, starts, data_lengths, metadata_lengths)
      with ordinality as e (owner, place, stream, id, type, start, data_length, metadata_length, n);
    update log.head h set position = base + cardinality(ids);
    return query
    select a.n::int, 'appended', a.expected + a.size, base + sum(a.size) over (order by a.n)
    from unnest(expectations, sizes) with ordinality as a (expected, size, n);
    return;
  end if;

  insert into log.events (position, stream, revision, id, type, data, metadata, recorded_at)
  select base + row_number() over (order by e.n), e.stream, expectations[e.owner] + e.place, e.id, e.type,
         substring(bytes from e.start for e.data_length),
         substring(bytes from e.start + e.data_length for e.metadata_length),
         written_at
  from unnest(owners, places, event_streams, ids, types, starts, data_lengths, metadata_lengths)
    with ordinality as e (owner, place, stream, id, type, start, data_length, metadata_length, n)
  where expectations[e.owner] = actuals[e.owner];
  get diagnostics added = row_count;
  if added > 0 then update log.head h set position = base + added; end if;

  return query
  select a.n::int,
         case when a.expected = a.actual or r.position is not null then 'appended' else 'conflict' end,
         case when a.expected = a.actual or r.position is not null then a.expected + a.size else a.actual end,
         case when a.expected = a.actual
              then base + sum(a.size) filter (where a.expected = a.actual) over (order by a.n)
              else r.position end
  from unnest(streams, expectations, sizes, actuals) with ordinality as a (stream, expected, size, actual, n)
  -- A repetition: the very same events are there, at the revisions they were to have.
  left join lateral (
    select max(t.position) as position
    from unnest(owners, places, ids, types, starts, data_lengths, metadata_lengths)
      as e (owner, place, id, type, start, data_length, metadata_length)
    join log.events t on t.stream = a.stream and t.revision = a.expected + e.place
     and t.id = e.id and t.type = e.type
     and t.data = substring(bytes from e.start for e.data_length)
     and t.metadata = substring(bytes from e.start + e.data_length for e.metadata_length)
    where a.expected < a.actual and e.owner = a.n
    having count(*) = a.size
  ) r on a.expected < a.actual
  order by a.n;
end $$;
`;

// A log can be moved to another store. While it arrives it has the identity of the one that is moved, and positions of
// its own; what was moved away takes no events any more, whoever writes. Nobody pays for this before it happens.
const third = `
alter table log.identity
  add column positions_id uuid,
  add column state        text not null default 'open' check (state in ('open', 'arriving', 'moved'));
update log.identity set positions_id = log_id;
alter table log.identity
  alter column positions_id set not null,
  alter column positions_id set default gen_random_uuid();

create function log.refuse_moved() returns trigger language plpgsql as $$
begin
  raise exception 'The log was moved to another store' using errcode = 'read_only_sql_transaction';
end $$;
`;

/** In the order of the versions they lead to. */
export const logSteps: readonly string[] = [first, second, third];
