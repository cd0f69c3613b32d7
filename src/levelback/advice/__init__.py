"""From measurements and answers to findings and a plan.

Screening comes first, then the evidence for what stands out, then a plan in three phases. What the
package knows stands in ``data/*.toml`` with its sources.
"""

from levelback.advice.norms import Norm, load_norms

__all__ = ["Norm", "load_norms"]
