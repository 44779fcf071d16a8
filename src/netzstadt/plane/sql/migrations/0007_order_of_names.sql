-- Names of persons in the order of DIN 5007-1, variant 2, whatever the collation of the database:
-- ä is ae, ß is ss; capitals, other marks, hyphens and punctuation make no difference. The rules in
-- words, and the same keys in Python: lib/din5007.py.
create function din5007_name(name text) returns text language sql immutable strict parallel safe as $$
    select btrim(regexp_replace(
        public.din_5007(replace(replace(replace(replace(replace(replace(normalize(name, nfc),
            'Ä', 'ae'), 'Ö', 'oe'), 'Ü', 'ue'), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue')),
        '[-\s''’`´".,;:/()_–—]+', ' ', 'g'))
$$;
