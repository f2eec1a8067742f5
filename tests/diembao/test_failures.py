"""What a user reads when something goes wrong, in both languages."""

import errno

import pytest

from diembao.failures import reported
from messages.catalogue import _

SAID = [
    (("articles", "show", "99"), 1, "no article 99", "không có bài 99"),
    (("deliveries", "show", "dlv-x"), 1, "no delivery dlv-x", "không có lượt gửi dlv-x"),
    (("subscriptions", "pause", "sub-x"), 1, "no subscription sub-x", "không có đăng ký sub-x"),
    (("db", "restore", "x.db"), 1, "x.db: no such file", "x.db: không có tệp này"),
    (
        ("db", "backup", "khong/co/x.db"),
        1,
        "khong/co/x.db: No such file or directory",
        "khong/co/x.db: không có tệp hoặc thư mục này",
    ),
    (
        ("db", "copy", "nonsense"),
        2,
        "DATABASE_URL nonsense: allowed: sqlite:///FILE or postgresql://…",
        "DATABASE_URL nonsense: được phép: sqlite:///TỆP hoặc postgresql://…",
    ),
    (
        ("subscribe", "ban.example.org"),
        2,
        "'ban.example.org' is no mail address: it should look like name@example.org",
        "'ban.example.org' không phải địa chỉ thư: phải có dạng ten@example.org",
    ),
    (
        ("subscribe", "--webhook", "ftp://x.example.org"),
        2,
        "'ftp://x.example.org' does not begin with http:// or https://",
        "'ftp://x.example.org' không bắt đầu bằng http:// hoặc https://",
    ),
]


@pytest.mark.parametrize(("words", "code", "english", "vietnamese"), SAID)
def test_fault_is_told_in_the_users_language(program, words, code, english, vietnamese):
    program.ok("db", "upgrade")
    for language, said in (("en", english), ("vi", vietnamese)):
        done = program.having(LANGUAGE=language).run(*words)
        assert (done.code, done.out, done.err) == (code, "", f"diembao: {said}\n")


def test_backup_that_is_none_is_told_in_the_users_language(program):
    (program.folder / "x.db").write_text("không phải cơ sở dữ liệu")
    done = program.having(LANGUAGE="vi").run("db", "restore", "x.db")
    fault = "không phải bản sao lưu của kho: tệp không phải cơ sở dữ liệu"
    assert (done.code, done.err) == (1, f"diembao: x.db: {fault}\n")


def test_source_file_with_a_fault_is_told_in_the_users_language(program):
    folder = program.folder / "mine"
    folder.mkdir()
    (folder / "bao.toml").write_text('name = "Báo"\nhomepage = 5\n', "utf-8")
    done = program.having(LANGUAGE="vi", EXTRA_SOURCES_DIR=folder).run("sources", "list")
    assert f"{folder}/bao.toml:2: homepage: 5 không phải chuỗi; được phép: " in done.err


def test_file_that_may_not_be_looked_at_is_one_line(capsys):
    _.choose("en")
    with reported() as outcome:
        raise PermissionError(errno.EACCES, "Permission denied", "/kho/diembao.db")
    said = "diembao: /kho/diembao.db: Permission denied\n"
    assert (outcome.code, capsys.readouterr().err) == (1, said)
