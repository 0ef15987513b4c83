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
-- Event i belongs to append owners[i]; its data and then its metadata lie in bytes at starts[i] (from 1).
create function log.append(
  streams text[], expectations int[], sizes int[],
  owners int[], ids uuid[], types text[], starts int[], data_lengths int[], metadata_lengths int[], bytes bytea
) returns table (append int, outcome text, last_revision int, last_position bigint)
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  base       bigint;
  written_at timestamptz;
begin
  perform pg_advisory_xact_lock(hashtextextended('hansard log append', 0));
  select h.position into base from log.head h;
  written_at := clock_timestamp();
  return query
  with asked as materialized (
    select a.n::int as append, a.stream, a.expected, a.size, coalesce(s.revision, -1) as actual
    from unnest(streams, expectations, sizes) with ordinality as a (stream, expected, size, n)
    left join lateral (select t.revision from log.streams t where t.stream = a.stream) s on true
  ), given as materialized (
    select g.owner, g.n, g.id, g.type, a.stream, a.expected, a.size, a.actual,
           row_number() over (partition by g.owner order by g.n)::int as k,
           substring(bytes from g.start for g.data_length) as data,
           substring(bytes from g.start + g.data_length for g.metadata_length) as metadata
    from unnest(owners, ids, types, starts, data_lengths, metadata_lengths)
      with ordinality as g (owner, id, type, start, data_length, metadata_length, n)
    join asked a on a.append = g.owner
  ), fresh as materialized (
    select g.*, base + row_number() over (order by g.n) as position from given g where g.expected = g.actual
  ), inserted as (
    insert into log.events (position, stream, revision, id, type, data, metadata, recorded_at)
    select f.position, f.stream, f.expected + f.k, f.id, f.type, f.data, f.metadata, written_at from fresh f order by f.position
  ), appended as materialized (
    select f.owner as append, f.stream, max(f.expected + f.k) as revision, max(f.position) as position
    from fresh f group by f.owner, f.stream
  ), moved as (
    insert into log.streams as s (stream, revision) select a.stream, a.revision from appended a
    on conflict (stream) do update set revision = excluded.revision
  ), advanced as (
    update log.head h set position = (select max(a.position) from appended a) where exists (select from appended)
  ), repeated as materialized (
    select g.owner as append, max(e.revision) as revision, max(e.position) as position
    from given g
    join lateral (
      select t.* from log.events t where t.stream = g.stream and t.revision = g.expected + g.k
    ) e on e.id = g.id and e.type = g.type and e.data = g.data and e.metadata = g.metadata
    where g.expected < g.actual
    group by g.owner, g.size having count(*) = g.size
  )
  select a.append,
         case when coalesce(d.position, r.position) is null then 'conflict' else 'appended' end,
         coalesce(d.revision, r.revision, a.actual),
         coalesce(d.position, r.position)
  from asked a left join appended d on d.append = a.append left join repeated r on r.append = a.append;
end $$;
`;

/** In the order of the versions they lead to. */
export const logSteps: readonly string[] = [first];
