import csv
import io
import json

import pytest

from diembao import output

ROWS = [
    {"id": "1", "title": "Kho dữ liệu\u2028dùng chung\nhai dòng", "tags": ["ai", "dữ liệu"]},
    {"id": "2", "title": "", "tags": []},
]


def written(capsys, rows, format_):
    output.listing(rows, {}, format_)
    return capsys.readouterr().out


@pytest.mark.parametrize("format_", ["json", "jsonl", "csv"])
def test_rows_are_written_as_they_come(capsys, format_):
    def coming():
        for row in ROWS * 3:
            before.append(len(capsys.readouterr().out))
            yield row

    before = []
    output.listing(coming(), {}, format_)
    assert all(before[2:])


@pytest.mark.parametrize("format_", ["json", "jsonl", "csv"])
@pytest.mark.parametrize("rows", [[], ROWS[:1], ROWS], ids=["none", "one", "two"])
def test_rows_that_come_are_written_like_a_list(capsys, format_, rows):
    whole = written(capsys, rows, format_)
    assert written(capsys, iter(rows), format_) == whole


@pytest.mark.parametrize("rows", [[], ROWS[:1], ROWS], ids=["none", "one", "two"])
def test_json_is_one_list_however_it_comes(capsys, rows):
    out = written(capsys, iter(rows), "json")
    assert json.loads(out) == rows
    assert out == json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def test_csv_of_a_list_has_the_keys_of_all_rows(capsys):
    rows = [{"id": "1"}, {"id": "2", "note": "chậm"}]
    out = written(capsys, rows, "csv")
    assert list(csv.reader(io.StringIO(out))) == [["id", "note"], ["1", ""], ["2", "chậm"]]
