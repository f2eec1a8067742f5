from datetime import date

import pytest

from analysis.entity_types import TYPES
from analysis.errors import VocabularyError
from analysis.gazetteer import by_prefix, gazetteer

GROUP = """
type = "government"
[[entity]]
id = "so-thu"
name = "Sở Thú vị {city}"
aliases = ["STV"]
context_aliases = ["Sở Thú vị"]
case = true
valid_from = 2021-05-01
valid_to = 2025-07-01
requires = ["Thú vị"]
[[entity]]
id = "vuon"
name = "Vườn"
type = "place"
context = "city"
"""


def write(folder, content):
    (folder / "group.toml").write_text(content, encoding="utf-8")
    return folder


def test_group_is_read_with_its_defaults_and_overrides(tmp_path):
    known = gazetteer(write(tmp_path, GROUP))
    assert (known["so-thu"].type, known["vuon"].type) == ("government", "place")


def test_placeholder_stands_for_every_spelling_of_the_city(tmp_path):
    forms = {term.phrase for term in gazetteer(write(tmp_path, GROUP))["so-thu"].terms}
    assert {"Sở Thú vị TP.HCM", "Sở Thú vị Thành phố Hồ Chí Minh", "STV"} <= forms


def test_contextual_alias_is_marked(tmp_path):
    terms = {t.phrase: t.owner for t in gazetteer(write(tmp_path, GROUP))["so-thu"].terms}
    assert (terms["Sở Thú vị"], terms["STV"]) == ("so-thu:city", "so-thu")


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        pytest.param(date(2021, 4, 30), False, id="before"),
        pytest.param(date(2021, 5, 1), True, id="first day"),
        pytest.param(date(2025, 7, 1), True, id="last day"),
        pytest.param(date(2025, 7, 2), False, id="after"),
        pytest.param(None, True, id="unknown day"),
    ],
)
def test_entity_is_valid_between_its_dates(tmp_path, day, valid):
    assert gazetteer(write(tmp_path, GROUP))["so-thu"].valid_on(day) is valid


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param('type = "animal"\n[[entity]]\nid="a"\nname="A"', "animal", id="type"),
        pytest.param('type = "place"\n[[entity]]\nname="A"', "entity 1: id", id="no id"),
        pytest.param('[[entity]]\nid="a"\nname="A"', "type", id="no type"),
        pytest.param('type="place"\nentity = 3', "entity", id="no list"),
        pytest.param(
            'type="place"\n' + '[[entity]]\nid="a"\nname="A"\n' * 2, "used twice", id="twice"
        ),
        pytest.param(
            'type="place"\n[[entity]]\nid="a"\nname="A"\ncase=1', "case", id="case no flag"
        ),
        pytest.param(
            'type="place"\n[[entity]]\nid="a"\nname="A"\nvalid_to="x"', "valid_to", id="date"
        ),
        pytest.param(
            'type="place"\n[[entity]]\nid="a"\nname="A"\ncontext="moon"', "context", id="context"
        ),
        pytest.param(
            'type="place"\n[[entity]]\nid="a"\nname="A"\naliases="B"', "aliases", id="aliases"
        ),
    ],
)
def test_bad_group_is_named_with_its_key(tmp_path, content, named):
    with pytest.raises(VocabularyError, match=rf"group\.toml.*{named}"):
        gazetteer(write(tmp_path, content))


OFFICE = """
type = "person"
checked = 2026-01-31
[[entity]]
id = "an"
name = "Đinh Văn An"
successor = "{to}"
tenures = [{{ role = "Giám đốc", body = "{to}", from = 2024-01-01{end} }}]
[[entity]]
id = "so-thu"
type = "government"
name = "Sở Thú vị"
"""


def test_term_of_office_without_end_is_known_up_to_the_day_checked(tmp_path):
    known = gazetteer(write(tmp_path, OFFICE.format(to="so-thu", end="")))
    tenure = known["an"].tenures[0]
    assert (tenure.role, tenure.body) == ("giám đốc", "so-thu")
    assert (tenure.first, tenure.last) == (date(2024, 1, 1), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("to", "end"),
    [
        pytest.param("nobody", "", id="unknown body"),
        pytest.param("an", "", id="itself"),
        pytest.param("so-thu", ", to = 2023-01-01", id="ends before it begins"),
    ],
)
def test_link_or_term_that_cannot_be_is_refused(tmp_path, to, end):
    with pytest.raises(VocabularyError):
        gazetteer(write(tmp_path, OFFICE.format(to=to, end=end)))


def test_english_name_is_spelled_with_the_city_and_short_where_it_is_named(tmp_path):
    group = 'type="government"\n[[entity]]\nid="a"\nname="Sở A"\nenglish=["Department of A"]'
    terms = {t.phrase: t.owner for t in gazetteer(write(tmp_path, group))["a"].terms}
    assert terms["HCMC's Department of A"] == terms["Department of A of Ho Chi Minh City"] == "a"
    assert terms["municipal Department of A"] == "a:city"


def test_person_is_known_without_accents_only_by_the_capitals(tmp_path):
    group = 'type="person"\n[[entity]]\nid="a"\nname="Đinh Văn Ấn"'
    exact = {t.phrase: t.exact for t in gazetteer(write(tmp_path, group))["a"].terms}
    assert exact == {"Đinh Văn Ấn": False, "Dinh Van An": True}


def test_the_168_units_of_the_city_begin_on_the_day_of_the_merger():
    prefixes = ("phuong-", "xa-", "dac-khu-")
    units = [e for e in gazetteer().values() if e.type == "place" and e.id.startswith(prefixes)]
    assert len(units) == 168
    assert {unit.valid_from for unit in units} == {date(2025, 7, 1)}


def test_bodies_that_were_merged_lead_to_one_that_still_is():
    known = gazetteer()
    for entity in (e for e in known.values() if e.successor):
        last = entity
        while last.successor:
            last = known[last.successor]
        assert last.valid_to is None, entity.id


def test_shipped_entities_are_of_known_types():
    assert {entity.type for entity in gazetteer().values()} <= set(TYPES)


def test_documents_are_indexed_by_type_and_number():
    assert by_prefix(["nghi-quyet-57-nq-tw", "luat-du-lieu"]) == {
        "nghi-quyet-57": ("nghi-quyet-57-nq-tw",)
    }
