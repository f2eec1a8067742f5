"""What the reading processes have in common, imported once in the process they are forked from.

Judging anything at all has the vocabularies read and their automata built: half a second.
"""

from analysis.judge import judge
from scheduler import readers

judge("TP.HCM", "Chuyển đổi số", "Chuyển đổi số ở Thành phố Hồ Chí Minh.", None, 0.5)

__all__ = ["readers"]
