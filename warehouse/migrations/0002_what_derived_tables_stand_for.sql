-- Up to which fact each derived table in `marts` tells the log, and by which definition it was made.
create table published_tables (
    name varchar not null,
    seq bigint not null,
    shape varchar not null,
    rows bigint not null,
    published_at timestamptz not null
);
