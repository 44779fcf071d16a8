-- Indexes that a broken-off build left invalid: they cost writes and help no reader.
select c.relname
  from pg_index i join pg_class c on c.oid = i.indexrelid
 where not i.indisvalid and c.relkind = 'i'
 order by c.relname
