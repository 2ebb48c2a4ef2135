"""Bundled recipes: YAML files beside this module. List them with `dartkit recipes ls`, copy one with `dartkit recipes cp`."""
