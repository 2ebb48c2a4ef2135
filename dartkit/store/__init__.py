"""The files below a table: whose they are, how they are read in columns, which row of a key counts, how many become few."""
