import json
import logging

from diembao.logs import JsonLines


def test_record_becomes_one_json_object():
    try:
        raise ValueError("hỏng")
    except ValueError as error:
        trouble = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "nguồn %s", ("a\nb",), trouble)
    line = JsonLines().format(record)
    told = json.loads(line)
    assert "\n" not in line
    assert (told["level"], told["message"]) == ("ERROR", "nguồn a\nb")
    assert told["error"].endswith("ValueError: hỏng")
