import subprocess
import sys

import pytest

from storage.errors import DatabaseError, HeldError
from storage.one_daemon import only_daemon, refuse_beside_a_daemon

HOLD = "import sys; from storage.one_daemon import only_daemon\nwith only_daemon(sys.argv[1]):\n    print('held', flush=True); sys.stdin.read()"  # noqa: E501


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'new' / 'diembao.db'}"


@pytest.fixture
def holder(url):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.communicate()


def test_second_daemon_on_a_file_is_refused_by_name(url, holder):
    with (
        pytest.raises(HeldError, match=rf"diembao\.db: .* \(process {holder.pid}\)$"),
        only_daemon(url),
    ):
        pass


def test_restoring_is_refused_while_a_daemon_works(url, holder):
    assert holder.poll() is None
    with pytest.raises(HeldError):
        refuse_beside_a_daemon(url)


def test_hold_ends_with_a_process_that_is_killed(url, holder):
    holder.kill()
    holder.wait()
    refuse_beside_a_daemon(url)
    with only_daemon(url):
        pass


def test_file_is_the_same_by_any_path(url, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "new")
    with only_daemon(url), pytest.raises(HeldError):
        refuse_beside_a_daemon(f"sqlite:///{tmp_path / 'link' / 'diembao.db'}")


def test_several_daemons_may_share_postgresql():
    address = "postgresql://postgres@localhost/diembao"
    with only_daemon(address), only_daemon(address):
        refuse_beside_a_daemon(address)


def test_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(DatabaseError, match=r"cannot be opened"),
        only_daemon(f"sqlite:///{tmp_path / 'file' / 'x.db'}"),
    ):
        pass
