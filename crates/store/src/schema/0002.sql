-- The second schema: events. What is here is the catalogue of the files below `history/`, and the events that are too few
-- for a file of their own.

-- Files that count. A file that was merged away or let go lies there for an hour more, as somebody may still read it.
create table segments (
    name text primary key,
    -- What the history says of it, as JSON.
    body text not null,
    -- When it ceased to count; null: it counts.
    retired integer
) strict, without rowid;

-- Names under which sources file their events, and the number of the next run of events of each: numbers of events are
-- this times 2^20 and on.
create table event_sources (name text primary key, next integer not null) strict, without rowid;

-- Events that wait until they are many: one row a batch, source and day.
create table tail (
    source text not null,
    day text not null,
    first integer not null,
    events integer not null,
    at integer not null,
    body blob not null,
    -- Hashes of what can be seen in them, sorted, eight bytes each.
    hashes blob not null,
    primary key (source, first)
) strict, without rowid;

-- Logs whose events are kept: by the name that the events bear, the name of the document that they count for. Events of
-- no log that is listed do not count.
create table event_logs (
    name text primary key,
    log text not null,
    -- The name under which its source files events.
    source text not null,
    -- Of its last record: its number in the log, the number of the event, and whether a line end was behind it.
    last_record integer not null,
    last_event integer,
    is_whole integer not null,
    -- Of how it was read: in which zone, with which mapping. Another is another reading of the same log.
    reading integer not null,
    -- Debts up to this number are not of its events: it was read whole, and asked of everything, after they were made.
    asked_to integer not null
) strict, without rowid;
create index event_logs_of on event_logs (log);

-- Events that do not count: records that were cut when they were read and came whole later.
create table void_events (source text not null, event integer not null, primary key (source, event)) strict, without rowid;

-- What every kept event was asked of: digests of values with those of their dates, in pages by the first twelve bits; the
-- digests of rules are in page -1.
create table hunted (page integer primary key, body blob not null) strict;

-- What kept events were not yet asked of.
create table debts (id integer primary key autoincrement, at integer not null, body blob not null) strict;
-- The events of a source that a debt is about: from a number on, to one before another.
create table debt_events (
    debt integer not null references debts (id) on delete cascade,
    source text not null,
    next integer not null,
    until integer not null,
    primary key (debt, source)
) strict, without rowid;

-- Logs that are followed: up to where each was taken, and what its reader needs to go on. Both as JSON.
create table followed (
    document text not null,
    generation integer not null,
    position text not null,
    state text,
    primary key (document, generation)
) strict, without rowid;
