"""Hostile input for every reader: sound files, damaged at random. Only levelback's own errors may come out.

    python -m benchmarks.fuzz --inputs 200000 [--only report] [--start 0] [--jobs 2]

Each input is made from its target's name and its number, so that a find is made again by
``--only NAME --start NUMBER --inputs 1``. A find is an exception that is not of the error tree, a message of more
than one line, an input that takes over ten seconds of processor time, a process that grows over 1.5 GB, a file
outside the folder that was given, text of a file that becomes a script or a formula, or an answer of the page that
says it failed inside. Every find becomes a test.
"""
