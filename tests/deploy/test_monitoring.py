"""Alert rules and dashboard: what they ask for is there, under these names and labels."""

import json
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from scheduler.meters import METERS
from tests.deploy.conftest import DEPLOY, ROOT
from tests.web.conftest import SENDER, TOKEN, browser
from web.app import make_app
from web.site import Inside, Site

RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "monitoring" / "alerts.yml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((DEPLOY / "monitoring" / "dashboard.json").read_text("utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in PANELS for target in panel["targets"]
]
# What Prometheus adds by itself.
EVERYWHERE = {"instance", "job", "le"}
# Told only where there is something of the kind: a queue, a backup.
SOMETIMES = {"diembao_jobs", "diembao_workers", "diembao_backup_last_success_timestamp_seconds"}
DURATION = r"\d+[smhd]"


def documented():
    """Labels of each metric as docs/metrics.md has them."""
    known = {}
    for line in (ROOT / "docs" / "metrics.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        for name in re.findall(r"`(diembao_\w+)`", cells[0]) if line.startswith("| `") else ():
            parts = [re.findall(r"`(\w+)`", each)[:1] for each in cells[2].split(";")]
            labels = {name for part in parts for name in part}
            # 'source', 'outcome': `ok` … : several labels before the colon
            labels |= set(re.findall(r"`(\w+)`", cells[2].split(":")[0]))
            known[name] = labels
    return known


def family(name):
    return re.sub(r"_(bucket|count|sum)$", "", name)


def selectors(expression) -> Iterator[promql_parser.VectorSelector]:
    """Give the places of an expression where series are asked for."""
    if isinstance(expression, promql_parser.VectorSelector):
        yield expression
    elif isinstance(expression, promql_parser.MatrixSelector):
        yield expression.vector_selector
    elif isinstance(expression, promql_parser.BinaryExpr):
        yield from selectors(expression.lhs)
        yield from selectors(expression.rhs)
    elif isinstance(expression, promql_parser.Call):
        for argument in expression.args:
            yield from selectors(argument)
    elif hasattr(expression, "expr"):
        yield from selectors(expression.expr)


def asked(expression):
    return [(each.name, {m.name for m in each.matchers.matchers})
            for each in selectors(promql_parser.parse(expression))]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expression_asks_for_what_is_documented(expression):
    known, found = documented(), asked(expression)
    assert found
    for name, labels in found:
        here = known.get(name, known.get(family(name)))
        assert here is not None, name
        assert labels <= here | EVERYWHERE


def test_expression_that_cannot_be_read_would_be_noticed():
    with pytest.raises(ValueError, match="unexpected character"):
        promql_parser.parse('sum by (job) (rate(diembao_polls_total{outcome="ok"}[5m))')


async def test_all_that_is_asked_for_is_told(sqlite_database, clock):
    site = Site(sqlite_database, SENDER, clock, ZoneInfo("UTC"), "vi", TOKEN, Inside(meters=METERS))
    async with browser(make_app(site)) as web:
        told = text_string_to_metric_families((await web.get("/metrics")).text)
        names = {name for each in told for name in (each.name, f"{each.name}_total")}
    wanted = {family(name) for expression in EXPRESSIONS for name, _ in asked(expression)}
    assert wanted - names - SOMETIMES == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_rule_says_how_grave_it_is_and_what_to_do(rule):
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Diembao[A-Z]\w+", rule["alert"])
    assert re.fullmatch(DURATION, rule.get("for", "0s"))
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert set(rule["annotations"]) == {"summary", "description"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_rule_names_in_its_words_only_labels_that_it_keeps(rule):
    words = " ".join(rule["annotations"].values())
    kept = re.findall(r"by \(([\w, ]+)\)", rule["expr"])
    labels = {name.strip() for each in kept for name in each.split(",")}
    used = set(re.findall(r"\$labels\.(\w+)", words))
    assert used <= (labels if kept or "max(" in rule["expr"] else EVERYWHERE)


def test_rules_have_names_of_their_own():
    assert len({rule["alert"] for rule in RULES}) == len(RULES)


def test_panels_stand_beside_each_other_and_ask_the_chosen_prometheus():
    taken = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                 for y in range(at["y"], at["y"] + at["h"])}  # fmt: skip
        assert max(x for x, _ in cells) < 24
        assert not cells & taken
        taken |= cells
    assert {target["datasource"]["uid"] for panel in PANELS for target in panel["targets"]} == {
        "${datasource}"
    }
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
