-- The log of facts. Append-only: no UPDATE, no DELETE, no secondary index ever touches it (docs/decisions/0002).
create table events (
    seq bigint not null,
    event_id uuid primary key,
    name varchar not null,
    version integer not null,
    emitter varchar not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    lead_id varchar,
    webinar_id varchar,
    session_id varchar,
    correlation_id varchar,
    visitor_id varchar,
    properties json not null,
    fingerprint blob not null
);

-- The only personal data. Appended; deleted when a person is forgotten.
create table people (
    subject_id varchar not null,
    kind varchar not null,
    ref varchar not null,
    value varchar not null,
    given_at timestamptz not null,
    seq bigint not null
);

create view people_current as
select
    subject_id,
    kind,
    ref,
    value,
    given_at
from people
qualify row_number() over (partition by subject_id, kind, ref order by given_at desc, seq desc) = 1;

-- Operational documents (accounts, tokens, keys): every version is a row, a row without a body is a removal.
create table registry_log (
    revision bigint not null,
    collection varchar not null,
    key varchar not null,
    body json,
    version integer not null,
    written_at timestamptz not null
);

create view registry as
select
    collection,
    key,
    body,
    version,
    written_at
from registry_log
qualify row_number() over (partition by collection, key order by revision desc) = 1 and body is not null;

-- What was refused, with its reason, until somebody replays or discards it.
create table rejected_events (
    rejected_id varchar not null,
    stage varchar not null,
    code varchar not null,
    message varchar not null,
    payload varchar not null,
    emitter varchar not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    count bigint not null,
    state varchar not null
);

-- One table a Dagster asset; replaced or extended by its asset, never by hand.
create schema marts;
