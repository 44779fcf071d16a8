-- The sort key is kept with the Thing: a search by name reads it, and does not make it anew of
-- every name, which costs most of the time of a page with ten thousand stations.
alter table thing add column sort_key text not null generated always as (din_5007(name)) stored;
drop index thing_sort_key;
create index thing_sort_key on thing (sort_key, id);
