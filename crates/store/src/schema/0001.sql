-- The first schema. Times are microseconds since 1970, UTC. Bodies are MessagePack with names, zstd around it.

-- What holds of the home as a whole: one row a name.
create table home (name text primary key, value any not null) strict, without rowid;

-- One row a committed batch.
create table revisions (revision integer primary key, at integer not null) strict;

-- What can be taken back as a whole.
create table sources (
    name text primary key,
    -- Hours after which a source that was not read is stale; null: no rhythm is expected.
    rhythm_hours integer,
    first_read integer not null,
    last_read integer not null
) strict, without rowid;

-- What one document says, in its version now.
create table documents (
    id integer primary key,
    name text not null unique,
    source text not null,
    -- estate, intel, knowledge, logs, rules, tuning, mapping
    sort text not null,
    mode text not null,
    dated integer,
    received integer not null,
    is_advisory integer not null,
    -- Of its bytes: an equal document is not read again.
    digest blob not null,
    bytes integer not null,
    form text,
    -- What was taken from it and what was wrong, as JSON.
    counts text not null,
    problems text not null,
    -- When and until when its records are, of logs.
    first integer,
    last integer,
    revision integer not null
) strict;
create index documents_of_source on documents (source);

-- Parts of what a document says; pass 0: read before those of other documents, because they decide what is of interest;
-- 1: then; 2: then, as far as they are of interest.
create table parts (
    document integer not null references documents (id) on delete cascade,
    number integer not null,
    pass integer not null,
    body blob not null,
    primary key (document, number)
) strict, without rowid;

-- What the records of a log gave.
create table logs (
    document integer primary key references documents (id) on delete cascade,
    body blob not null
) strict;

-- Rules, tuning and mappings word for word: they are compiled again whenever the home is opened.
create table texts (
    document integer primary key references documents (id) on delete cascade,
    body blob not null
) strict;

-- Documents that wait for a word of the user, because they lost much of what they said.
create table held (
    name text primary key,
    source text not null,
    digest blob not null,
    why text not null,
    at integer not null
) strict, without rowid;

-- The cores of findings, by key.
create table cores (
    kind text not null,
    name text not null,
    place text not null,
    body blob not null,
    primary key (kind, name, place)
) strict, without rowid;

-- What follows a finding through changes of its name.
create table threads (
    finding text primary key,
    thread integer not null,
    is_open integer not null
) strict, without rowid;
create index threads_of on threads (thread);

-- What happened to findings, in order.
create table turns (
    seq integer primary key,
    revision integer not null,
    at integer not null,
    thread integer not null,
    finding text not null,
    body blob not null
) strict;
create index turns_of on turns (thread);

-- What people do about a finding, as it is now; one row a thread.
create table work (
    thread integer primary key,
    body text not null
) strict;

-- Every act of people, in order; each row holds the hash of the row before it.
create table audit (
    seq integer primary key,
    at integer not null,
    who text not null,
    act text not null,
    hash blob not null
) strict;

-- How far each reader has read the turns.
create table cursors (reader text primary key, seq integer not null, at integer not null) strict, without rowid;

-- Rows of others, written in the transaction of the turns they are about.
create table outbox (id integer primary key, body blob not null) strict;
