"""Measurements of the product that are no part of it: synthetic people, accuracy and speed."""
