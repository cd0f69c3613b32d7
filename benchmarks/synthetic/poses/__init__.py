"""Poses of the exercises that live sets check, one module per position of the body."""
