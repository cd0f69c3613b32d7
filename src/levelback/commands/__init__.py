"""The commands, one module for each group of them: parse, call, print. `levelback.cli` puts them together."""
