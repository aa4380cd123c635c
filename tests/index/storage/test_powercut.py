from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from dateline.index.maintenance.doctor import repair_library
from dateline.index.maintenance.recovery import DAMAGED_NAME
from dateline.index.storage.record import SqliteRecord
from tests.harness.disks import Kind
from tests.harness.fakes import FakeEmbedder
from tests.harness.powercut import Recording, cut_at_random, lacking, mend, record, work

pytestmark = [pytest.mark.slow, pytest.mark.skipif(lacking() is not None, reason=f"needs {lacking()}")]


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Some changes to a library, which end with an index built anew."""
    return record(tmp_path_factory.mktemp("worked"), work, 4, 1)


@pytest.mark.threat(46)
def test_a_power_cut_at_random_loses_nothing_that_was_acknowledged(worked: Recording, tmp_path: Path) -> None:
    said: list[str] = []
    outcome = cut_at_random(worked, tmp_path, cuts=10, seed=3, a_doctor=5, say=said.append)
    assert outcome.is_as_it_should_be(10), said
    assert outcome.acknowledged >= 10


def test_a_disk_that_does_not_sync_loses_what_was_acknowledged(worked: Recording, tmp_path: Path) -> None:
    said: list[str] = []
    outcome = cut_at_random(worked, tmp_path, cuts=5, seed=3, a_doctor=6, obeys=False, say=said.append)
    assert outcome.lost + outcome.unusable >= 2, "the test could not fail"


@pytest.mark.parametrize("harm", ["page", "row"])
def test_a_power_cut_while_a_record_is_mended_leaves_the_old_one_and_what_can_be_read_of_it(
    tmp_path: Path, harm: str
) -> None:
    mended, chance = record(tmp_path, mend, harm), Random(2)
    library = mended.folder / "library"
    damaged = (library / DAMAGED_NAME).read_bytes()
    *whole, _in_the_log = _articles(library)  # a kill while the log is put beside the old record parts them
    begun, disk = mended.noted()[0], mended.disk()
    assert len(whole) >= 9
    for number, operation in enumerate(mended.operations):
        disk.perform(operation)
        names_change = operation.kind in (Kind.LINK, Kind.RENAME, Kind.UNLINK)
        if number < begun or not names_change or "/vectors/" in operation.path:  # that index is built of the record
            continue
        left = tmp_path / f"{number}"
        left.mkdir()
        disk.cut(chance, left)
        assert damaged in [path.read_bytes() for path in (left / "library").glob("library.sqlite*")]
        assert repair_library(left / "library", FakeEmbedder()) == []
        assert set(whole) <= set(_articles(left / "library"))


def _articles(library: Path) -> list[str]:
    with closing(SqliteRecord(library, writable=False)) as opened:
        return [article.id for article in opened.articles()]
