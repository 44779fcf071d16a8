-- German names in the order of DIN 5007-1, whatever the collation of the database: ä as a, ß as ss,
-- upper and lower case alike. Also what a search without accents compares.
create function din_5007(name text) returns text language sql immutable strict parallel safe as $$
    select lower(translate(replace(replace(name, 'ß', 'ss'), 'ẞ', 'ss'),
        'ÄÖÜäöüÀÁÂÃÅàáâãåÇçÈÉÊËèéêëÌÍÎÏìíîïÑñÒÓÔÕØòóôõøÙÚÛùúûÝýÿŠšŽžŁłĞğİı',
        'AOUaouAAAAAaaaaaCcEEEEeeeeIIIIiiiiNnOOOOOoooooUUUuuuYyySsZzLlGgIi'))
$$;
create index thing_sort_key on thing (din_5007(name), id);
