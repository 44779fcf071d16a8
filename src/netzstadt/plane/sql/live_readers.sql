-- Which of some readers may sign in now; the others are told nothing any more, and their streams end.
select p.id
from orgs_person p
where p.id = any ($1::uuid[]) and p.is_active
