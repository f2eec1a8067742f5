"""The named things in an article: known ones from the gazetteer, others by rule."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from operator import attrgetter

from analysis.automaton import Hit, without_overlaps
from analysis.bodies import bodies
from analysis.countries import countries
from analysis.entity_types import TYPES, Found
from analysis.firms import firms
from analysis.gazetteer import CITY_ONLY, NEAR, Entity, documents_by_number, gazetteer
from analysis.judgement import EntityTag
from analysis.legal import completed, documents
from analysis.offices import holders
from analysis.persons import given_names, persons, same_persons
from analysis.platforms import platforms
from analysis.reading import Field, Reading
from analysis.spans import span
from analysis.streets import streets

__all__ = ["TYPES", "find"]

# A page that names more than this is a list, not an article.
MOST_ENTITIES = 150
MOST_MENTIONS = 50
_JOINED = re.compile(
    r" ?[,(-] ?(?:tỉnh |tp\.? ?|thành phố )?|(?: của)? (?:tỉnh |tp\.? ?|thành phố )?"
)
_LONGEST_JOIN = 16
_START = attrgetter("start")
_TIME = re.compile(r"(?:,? lần thứ [IVX\d]+|(?: năm)? 20\d\d)(?!\w)")
_WARD = re.compile(r"(?<!\w)(?:phường|xã|đặc khu|wards?|communes?)(?!\w)")
_NEAR_BEFORE = 80
_CITY_NEXT = re.compile(r" ?[,(] ?(?:tp|hcmc|ho chi minh|thành phố hồ)")
_FIRMS = frozenset(
    ("ngân hàng ", "ngân hàng tmcp ", "tập đoàn ", "tổng công ty ", "công ty ", "công ty cổ phần ")
)


def find(reading: Reading) -> tuple[EntityTag, ...]:
    """List the entities of an article that was read, by their first mention.

    Of overlapping mentions the longest counts, of equally long ones the gazetteer's. Offsets are
    those of the fields as given.
    """
    known = gazetteer()
    found: list[Found] = []
    for field in reading.fields:
        ruled = [*documents(field), *persons(field), *bodies(field), *platforms(field)]
        ruled.extend([*countries(field), *firms(field), *streets(field)])
        listed = _listed(field, reading, known)
        kept = _resolved([*listed, *_known_firms(ruled, listed)])
        found.extend([*kept, *holders(field, kept, reading.published)])
    named = [item for item in found if item.type == "person"]
    for field in reading.fields if named else ():
        taken = {p for item in found if item.field is field for p in range(item.start, item.end)}
        found.extend(item for item in given_names(field, named) if item.start not in taken)
    return _tags(found, known, reading.published)


def _listed(field: Field, reading: Reading, known: dict[str, Entity]) -> list[Found]:
    """Give the gazetteer's hits that hold in this article, on its day, with its context."""
    named = _names_the_city(reading)
    candidates: dict[tuple[int, int], list[Entity]] = {}
    for hit in field.hits["entity"]:
        entity = known[hit.term.owner.partition(":")[0]]
        if hit.term.owner.endswith((CITY_ONLY, NEAR)) and not named:
            continue
        if hit.term.owner.endswith(NEAR) and not _is_near(field, hit):
            continue
        if not entity.began_by(reading.published) or _is_elsewhere(field, hit):
            continue
        if not _is_written_as_a_name(field, hit, entity):
            continue
        if not entity.requires or _has_any(reading, entity.requires):
            candidates.setdefault((hit.start, hit.end), []).append(entity)
    found = []
    for (start, end), entities in candidates.items():
        chosen = next((e for e in entities if e.valid_on(reading.published)), entities[0])
        time = _TIME.match(field.text, end) if chosen.type == "event" else None
        # A country is listed in brackets where it is none without them: Qualcomm (Mỹ).
        inside = int(field.text[start] == "(")
        last = time.end() if time else end - inside
        found.append(Found(chosen.id, chosen.name, chosen.type, field, start + inside, last, 2))
    return found


def _is_written_as_a_name(field: Field, hit: Hit, entity: Entity) -> bool:
    """Tell that the capitals are those of a name.

    'phường An Phú đông dân' is no An Phú Đông, and 'trở thành trung tâm tài chính quốc tế' not the
    one there is: a short name needs its first capital, a place's its last.
    """
    if entity.type != "place":
        small = field.text[hit.start].islower() and hit.term.phrase[0].isupper()
        return not (small and hit.term.owner.endswith(CITY_ONLY))
    last = hit.term.phrase.rfind(" ") + 1
    return field.text[hit.start + last].isupper() or not hit.term.phrase[last].isupper()


def _is_near(field: Field, hit: Hit) -> bool:
    """Tell that a ward is spoken of just before, or the city named just after."""
    if _WARD.search(field.folded, max(0, hit.start - _NEAR_BEFORE), hit.start):
        return True
    after = field.folded[hit.end : hit.end + _LONGEST_JOIN]
    return _CITY_NEXT.match(after) is not None


def _is_elsewhere(field: Field, hit: Hit) -> bool:
    """Tell that another province's name follows at once: 'phường An Phú, TP Cần Thơ'."""
    if ":" not in hit.term.owner:
        return False
    others = field.hits["relevance"]
    first = bisect_right(others, hit.end, key=_START)
    last = bisect_right(others, hit.end + _LONGEST_JOIN, first, key=_START)
    return any(
        other.term.owner == "rival" and _JOINED.fullmatch(field.folded[hit.end : other.start])
        for other in others[first:last]
    )


def _names_the_city(reading: Reading) -> bool:
    hits = (hit for field in reading.fields for hit in field.hits["relevance"])
    return any(hit.term.owner == "city:names" for hit in hits)


def _has_any(reading: Reading, phrases: Iterable[str]) -> bool:
    return any(phrase in field.folded for phrase in phrases for field in reading.fields)


def _known_firms(ruled: list[Found], listed: Iterable[Found]) -> Iterator[Found]:
    """Give what the rules found, 'ngân hàng BIDV' as the BIDV that is listed."""
    firms = {item.end: item for item in listed if item.type == "organisation"}
    for item in ruled:
        firm = firms.get(item.end) if item.type == "organisation" else None
        if firm and item.field.folded[item.start : firm.start] in _FIRMS:
            yield replace(item, id=firm.id, name=firm.name, sure=firm.sure)
        else:
            yield item


def _resolved(found: list[Found]) -> list[Found]:
    return without_overlaps(
        sorted(found, key=lambda item: (item.start - item.end, -item.sure, item.start))
    )


def _numbered_by_then(
    found: list[Found], known: dict[str, Entity], published: date | None
) -> dict[str, tuple[str, ...]]:
    """Give, for the documents found, the known ones of that number there were on the day."""
    numbered = documents_by_number()
    return {
        item.id: tuple(i for i in numbered.get(item.id, ()) if known[i].began_by(published))
        for item in found
        if item.type == "document"
    }


def _tags(
    found: list[Found], known: dict[str, Entity], published: date | None
) -> tuple[EntityTag, ...]:
    full = completed(found, _numbered_by_then(found, known, published)) | same_persons(found)
    mentions: dict[str, list[Found]] = {}
    for item in found:
        mentions.setdefault(full.get(item.id, item.id), []).append(item)
    tags = []
    for identity, items in list(mentions.items())[:MOST_ENTITIES]:
        entity = known.get(identity)
        longest = max(items, key=lambda item: item.end - item.start)
        name, kind = (entity.name, entity.type) if entity else (longest.name, longest.type)
        spans = tuple(span(i.field, i.start, i.end) for i in items[:MOST_MENTIONS])
        tags.append(EntityTag(identity, name, kind, spans))
    return tuple(tags)
