import pytest

OUTLETS = ["bennghemoi", "dothisophuongnam", "nhipphosong", "thuongcangmoi", "vamsong"]
NOWHERE = 'name = "Không có"\nhomepage = "{0}/"\nfeeds = ["{0}/rss"]\narticle_pattern = "-1$"\n'


def test_list_names_every_source_and_how_it_fares(crawled):
    rows = crawled.program.ok("sources", "list").rows
    assert [row["id"] for row in rows] == OUTLETS
    assert all(row["enabled"] and row["last_success_at"] for row in rows)
    assert {row["failures"] for row in rows} == {0}


def test_shipped_catalogue_has_at_least_25_outlets(program):
    done = program.having(SOURCES_DIR=None).ok("sources", "list")
    assert len(done.rows) >= 25
    assert done.err == ""


def test_show_tells_all_that_a_source_file_says(program):
    row = program.ok("sources", "show", "vamsong").rows[0]
    assert (row["name"], row["kind"]) == ("Tin Vàm Sông", "press")
    assert row["listings"][0].endswith("/tin-moi/")


def test_extra_folder_adds_and_overrides(program, tmp_path):
    extra = tmp_path / "extra"
    extra.mkdir()
    (extra / "vamsong.toml").write_text(NOWHERE.format("https://example.org"), "utf-8")
    (extra / "moi.toml").write_text(NOWHERE.format("https://example.net"), "utf-8")
    rows = program.having(EXTRA_SOURCES_DIR=extra).ok("sources", "list").rows
    assert {row["id"]: row["name"] for row in rows if row["id"] in {"vamsong", "moi"}} == {
        "vamsong": "Không có",
        "moi": "Không có",
    }


def test_disabled_source_is_left_out_until_it_is_enabled(program):
    program.ok("sources", "disable", *OUTLETS[1:])
    crawled = program.ok("crawl", "--limit", 0).rows
    assert [row["source"] for row in crawled] == OUTLETS[:1]
    program.ok("sources", "enable", OUTLETS[1])
    enabled = [row["id"] for row in program.ok("sources", "list").rows if row["enabled"]]
    assert enabled == OUTLETS[:2]


@pytest.fixture(scope="module")
def checked(crawled):
    """What 'check' says of an outlet in reach."""
    return crawled.program.ok("sources", "check", "vamsong", "--format", "json")


def test_check_explains_each_stage(checked):
    robots, listing, *articles, verdict = checked.json
    assert (robots["stage"], robots["came"]) == ("robots.txt", "HTTP 200")
    assert (listing["stage"], listing["status"]) == ("listing", 200)
    assert listing["items"] > listing["articles"] == 14
    assert {row["stage"] for row in articles} == {"article"}
    assert any("syllables" in row["came"] for row in articles)
    assert (verdict["stage"], verdict["came"]) == ("verdict", "fine")


def test_check_names_the_stage_that_gave_each_field(checked):
    article = next(row for row in checked.json if row["stage"] == "article" and row["fields"])
    assert article["fields"]["title"]["stage"] == "selector"
    assert article["fields"]["text"]["value"] > 500
    assert article["fields"]["authors"]["value"]
    assert article["missing"] == ["image"]
    assert article["selectors"] == dict.fromkeys(("title", "lead", "body", "author", "date"), True)


def test_check_names_what_robots_txt_forbids(checked):
    robots = checked.json[0]
    assert [url.split("/")[3] for url in robots["forbidden"]] == ["ban-in"]


def test_check_says_what_it_cost(checked):
    assert checked.err.startswith("vamsong: ")
    assert "requests" in checked.err


def test_check_stores_nothing(crawled, checked):
    rows = crawled.program.ok("articles", "list", "--all").rows
    assert len(rows) == 64


def test_check_offline_fails_with_one_line(program):
    path = program.folder / "sources" / "khongco.toml"
    path.write_text(NOWHERE.format("http://127.0.0.1:1"), "utf-8")
    done = program.run("sources", "check", "khongco")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert done.err.startswith("khongco: ")
    assert "http://127.0.0.1:1/rss" in done.err
    assert [(row["stage"], row["came"]) for row in done.rows] == [
        ("robots.txt", "no answer"),
        ("feed", "no answer"),
        ("verdict", "mend"),
    ]


def test_check_of_several_sources_is_one_json_document(program):
    path = program.folder / "sources" / "khongco.toml"
    path.write_text(NOWHERE.format("http://127.0.0.1:1"), "utf-8")
    done = program.run("sources", "check", "khongco", "dothisophuongnam", "--format", "json")
    assert (done.code, {row["source"] for row in done.json}) == (
        1,
        {"khongco", "dothisophuongnam"},
    )


def test_bad_source_file_is_named_and_the_others_are_listed(program):
    (program.folder / "sources" / "hong.toml").write_text("name = \n", "utf-8")
    done = program.run("sources", "list")
    assert (done.code, done.err.count("\n"), len(done.rows)) == (1, 1, 5)
    assert "hong.toml:1" in done.err


@pytest.mark.parametrize("action", ["show", "check", "enable", "disable"])
def test_unknown_source_is_wrong_use(program, action):
    done = program.run("sources", action, "sggp")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "sggp" in done.err
