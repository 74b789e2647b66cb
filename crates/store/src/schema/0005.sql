-- Documents word for word, in their last versions. A version is a list of slices: stretches of its bytes that are cut where
-- their content says, so that versions share those that are equal.

-- Bytes that were written together: the frames (zstd) of the slices that a version brought. A large pack is a file
-- `documents/DIGEST.zst` in the home, and has no body here.
create table packs (
    id integer primary key,
    -- BLAKE3 of its bytes; null: of a pack that an older schema wrote as a text.
    digest blob,
    bytes integer not null,
    body blob,
    -- When its slices ceased to be wanted, of a file: it lies there for an hour more, as somebody may still read it.
    retired integer
) strict;

-- A slice never changes, and is there as long as a version, or another slice, needs it.
create table slices (
    id integer primary key,
    pack integer not null,
    -- Where its frame is in the pack.
    at integer not null,
    length integer not null,
    -- Of the plain bytes: how many, and the first half of their BLAKE3.
    bytes integer not null,
    digest blob not null,
    -- The rolling hash at its end: slices of two versions with the same one end at the same place.
    edge integer not null,
    -- Slices of the version before, whose plain bytes are the prefix of its frame: their numbers.
    needs text not null,
    -- How many frames are read to read it, and how long the first of them is.
    frames integer not null,
    whole integer not null
) strict;

create table versions (
    document integer not null references documents (id) on delete cascade,
    -- Rises with each version.
    number integer not null,
    -- BLAKE3 of what is kept.
    digest blob not null,
    bytes integer not null,
    received integer not null,
    -- The number of the readers that read it last.
    readers integer not null,
    -- Whether secrets were cut out of it.
    is_cut integer not null,
    -- Whether it is what the document says now: the newest is not, if what came after it may not be kept.
    is_now integer not null,
    -- The numbers of its slices in order: `7`, `9-12`, with commas between.
    slices text not null,
    primary key (document, number)
) strict, without rowid;
create index versions_digest on versions (digest);

-- Why a document is not kept word for word.
create table unkept (
    document integer primary key references documents (id) on delete cascade,
    why text not null
) strict;

-- Whether a version went, so that slices may be there that nobody needs.
create table unswept (one integer primary key) strict;
create trigger version_gone after delete on versions begin
    insert or ignore into unswept values (1);
end;

-- What was kept before is the first version of each, in one slice.
insert into packs (id, digest, bytes, body) select document, null, length(body), body from texts;
insert into slices (id, pack, at, length, bytes, digest, edge, needs, frames, whole)
    select document, document, 0, length(body), documents.bytes, substr(documents.digest, 1, 16), 0, '', 1, length(body)
    from texts join documents on documents.id = texts.document;
insert into versions (document, number, digest, bytes, received, readers, is_cut, is_now, slices)
    select document, 1, documents.digest, documents.bytes, received, 0, false, true, cast(document as text)
    from texts join documents on documents.id = texts.document;
drop table texts;
