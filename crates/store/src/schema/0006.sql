-- What happened to a finding is in columns, so that who counts a million turns reads no body. A turn of which `happened` is
-- null is all in its body: one of an older schema whose body could not be read when the columns were filled.
alter table turns add column happened integer;
-- Of what is closed, why. Both are numbers that turns/columns.rs gives, and never change.
alter table turns add column why integer;
alter table turns add column reopened integer;
-- The key, as that of cores.
alter table turns add column kind text;
alter table turns add column name text;
alter table turns add column place text;
alter table turns add column title text;
-- Places in the order of rank.
alter table turns add column severity integer;
alter table turns add column certainty integer;
alter table turns add column decision integer;
