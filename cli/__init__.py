"""The command line: thin commands over the library, one file each; nothing in the library imports this."""
