-- Where the facts of parts are in their document, apart from them: rows that moved are as they were. Numbers (LEB128), zstd
-- around them. A part without a row here is of an older program, and has its places inside, or is a
-- dictionary that parts of rows refer to.
create table places (
    document integer not null references documents (id) on delete cascade,
    number integer not null,
    body blob not null,
    primary key (document, number)
) strict, without rowid;

-- The first place of each part; parts with numbers from this number on.
create table starts (
    document integer not null references documents (id) on delete cascade,
    number integer not null,
    body blob not null,
    primary key (document, number)
) strict, without rowid;
