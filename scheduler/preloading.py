"""What the reading processes have in common, imported once in the process they are forked from.

Judging anything at all has the vocabularies read and their automata built: half a second.
"""

from analysis.judge import judge
from scheduler import readers
from scheduler.memory import settle

judge("TP.HCM", "Chuyển đổi số", "Chuyển đổi số ở Thành phố Hồ Chí Minh.", None, 0.5)
# Looked through again and again, it would cost a tenth of all reading, and each reader a copy.
settle()

__all__ = ["readers"]
