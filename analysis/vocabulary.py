"""Everything the analysis looks for, in one automaton, and the version of these rules."""

import hashlib
from functools import cache

from analysis.automaton import Automaton
from analysis.cues import cue_terms
from analysis.datafiles import FOLDER
from analysis.fingerprints import FOLD_VERSION
from analysis.gazetteer import gazetteer
from analysis.heads import head_terms
from analysis.legal import document_terms
from analysis.relevance_rules import rules
from analysis.topics import topics

# Raised whenever code changes what a judgement says; data files change the version by themselves.
CODE_VERSION = 8


@cache
def vocabulary() -> Automaton:
    """Build the automaton, once a process; VocabularyError for a bad data file."""
    return Automaton(
        [
            *rules().terms,
            *cue_terms(),
            *(term for topic in topics().values() for term in topic.terms),
            *(term for entity in gazetteer().values() for term in entity.terms),
            *head_terms(),
            *document_terms(),
        ]
    )


@cache
def rules_version() -> str:
    """Name the rules: code version, fold version and a digest of all data files."""
    digest = hashlib.sha256()
    for file in sorted(FOLDER.rglob("*.toml")):
        digest.update(file.relative_to(FOLDER).as_posix().encode() + b"\0" + file.read_bytes())
    return f"{CODE_VERSION}.{FOLD_VERSION}-{digest.hexdigest()[:12]}"
