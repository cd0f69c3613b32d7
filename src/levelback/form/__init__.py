"""Live sets: counts repetitions, times holds, sees faults, and compares both sides.

    specification = load_specification("bird-dog")
    state = start(specification)
    for sample in samples:
        state, events = step(specification, state, sample)
    summary = summarize(specification, state)

`step` is a pure function: a sample carries its own time, and no clock is read. What the package knows of
each exercise stands in ``data/*.toml``.
"""
