-- Notices: who must know of a turn, and whether they do. The room that decides so keeps its rows here.

-- One row a notice and destination.
create table notices (
    id text not null,
    destination text not null,
    thread text not null,
    -- Its place in the outbox.
    number integer not null,
    -- Until when it matters for what is decided: for ever while it is open.
    until integer not null,
    -- In one word: waiting, folded, sent, dropped, failed.
    state text not null,
    body blob not null,
    primary key (id, destination)
) strict, without rowid;
create index notices_of on notices (thread);
create index notices_until on notices (until);
create index notices_number on notices (number);

-- Destinations that said that they are there no more.
create table switched_off (destination text primary key, why text not null, at integer not null) strict, without rowid;

-- Findings about a party that an analyst released to that party.
create table released (
    thread integer primary key,
    -- The last turn that it had then.
    turn integer not null,
    who text not null,
    at integer not null
) strict;

-- What was published, version by version; a version that withdraws has an empty text.
create table published (
    id text not null,
    version integer not null,
    at integer not null,
    body blob not null,
    primary key (id, version)
) strict, without rowid;

-- Nothing ever wrote into it: what is to be sent follows from the turns.
drop table outbox;
