"""Check levelback against truth from elsewhere: a table of photos and known values in, its accuracy out."""

from levelback.verify.present import to_dict, to_json, to_text, write_outputs
from levelback.verify.run import compare, verify
from levelback.verify.table import read_table
from levelback.verify.values import Comparison, Known, Verification

__all__ = [
    "Comparison",
    "Known",
    "Verification",
    "compare",
    "read_table",
    "to_dict",
    "to_json",
    "to_text",
    "verify",
    "write_outputs",
]
