"""Files into the store: profiles, readers, the account of every row."""
