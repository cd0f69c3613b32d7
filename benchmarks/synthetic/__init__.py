"""Rendered people with exact truth: bodies, postures, clothes, rooms, renderers, data sets."""
