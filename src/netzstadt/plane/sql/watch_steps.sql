-- Every migration that has run, as the command migrate names them.
select 'plane ' || name as step from plane_migration
union all
select app || ' ' || name from django_migrations
