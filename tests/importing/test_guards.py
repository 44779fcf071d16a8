"""Archives and files that mean harm, or are broken: nothing is half-written."""

import gzip
import io
import os
import random
import tarfile
import zipfile
from pathlib import Path

import pytest

from netzstadt.plane.importing.errors import ImportRefused
from netzstadt.plane.importing.sources import MIB, Limits

LINES = b"Zeit;A1\n01.02.2024 12:00;1\n"


def tar(path: Path, *entries: tarfile.TarInfo, text: bytes = LINES, mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:
        for entry in entries:
            if entry.isreg():
                entry.size = len(text)
                archive.addfile(entry, io.BytesIO(text))
            else:
                archive.addfile(entry)
    return path


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def nothing_was_written(city) -> bool:
    return city.ask("select count(*) from thing") == [(0,)]


@pytest.mark.parametrize(
    "name", ["../a.csv", "/etc/a.csv", "x/../../a.csv", "..\\a.csv", "C:a.csv"]
)
def test_a_name_that_leads_outside_is_refused(city, tmp_path, name):
    archive = tar(tmp_path / "x.tar.gz", entry("good.csv"), entry(name))

    with pytest.raises(ImportRefused, match="leads outside"):
        city.run(archive)

    assert nothing_was_written(city)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_in_a_tar_are_refused(city, tmp_path, kind):
    archive = tar(tmp_path / "x.tar.gz", entry("good.csv"), entry("a.csv", kind, "/etc/passwd"))

    with pytest.raises(ImportRefused, match=r"a\.csv, which is a link, a device"):
        city.run(archive)

    assert nothing_was_written(city)


def test_names_and_links_in_a_zip_are_refused_as_well(city, tmp_path):
    outside = tmp_path / "outside.zip"
    with zipfile.ZipFile(outside, "w") as archive:
        archive.writestr("../a.csv", LINES)
    linked = tmp_path / "linked.zip"
    with zipfile.ZipFile(linked, "w") as archive:
        info = zipfile.ZipInfo("a.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")

    with pytest.raises(ImportRefused, match="leads outside"):
        city.run(outside)
    with pytest.raises(ImportRefused, match="is a link"):
        city.run(linked)


def test_links_in_a_directory_are_refused(city, tmp_path):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1")
    (city.folder / "b.csv").symlink_to("/etc/passwd")

    with pytest.raises(ImportRefused, match=r"b\.csv is a link or a device"):
        city.run()


def test_pipes_are_not_waited_for(city, tmp_path):
    os.mkfifo(city.folder / "b.csv")
    os.mkfifo(tmp_path / "c.csv")

    with pytest.raises(ImportRefused, match="link or a device"):
        city.run()
    with pytest.raises(ImportRefused, match="neither a file nor a directory"):
        city.run(tmp_path / "c.csv")


@pytest.mark.parametrize("kind", ["gz", "zip", "tar.gz"])
def test_a_bomb_is_stopped_by_its_ratio(city, tmp_path, kind):
    zeros = LINES + b"\n" * (20 * MIB)
    path = tmp_path / f"a.csv.{kind}"
    if kind == "gz":
        path.write_bytes(gzip.compress(zeros))
    elif kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", zeros)
    else:
        tar(path, entry("a.csv"), text=zeros)

    with pytest.raises(ImportRefused, match=r"200 times its size.*--max-ratio"):
        city.run(path)

    assert nothing_was_written(city)


def test_a_bomb_inside_an_archive_is_stopped_as_well(city, tmp_path):
    inner = gzip.compress(LINES + b"\n" * (20 * MIB))
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv.gz", inner)

    with pytest.raises(ImportRefused, match="times its size"):
        city.run(path)


@pytest.mark.parametrize("kind", ["gz", "zip", "plain"])
def test_more_than_the_allowed_size_is_refused(city, tmp_path, kind):
    text = random.Random(1).randbytes(3 * MIB).hex().encode()
    limits = Limits(unpacked=MIB)
    path = tmp_path / "a.csv"
    if kind == "gz":
        path.write_bytes(gzip.compress(text))
    elif kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", text)
    else:
        path.write_bytes(text)

    with pytest.raises(ImportRefused, match=r"more than 1 MiB.*--max-size"):
        city.run(path, limits=limits)


def test_too_many_files_are_refused(city):
    for number in range(4):
        city.write(f"{number}.csv", "Zeit;A1", "01.02.2024 12:00;1")

    with pytest.raises(ImportRefused, match=r"more than 3 files.*--max-members"):
        city.run(limits=Limits(members=3))


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_cut_off_archive_is_refused_before_anything_is_written(city, tmp_path, cut):
    text = LINES + b"".join(b"01.02.2024 12:%02d;1\n" % (n % 60) for n in range(20_000))
    whole = tar(tmp_path / "x.tar.gz", entry("a.csv"), entry("b.csv"), text=text).read_bytes()
    path = tmp_path / "cut.tar.gz"
    path.write_bytes(whole[: int(len(whole) * cut)])

    with pytest.raises(ImportRefused, match=r"cut\.tar\.gz is damaged"):
        city.run(path)

    assert nothing_was_written(city)


def test_a_damaged_gzip_is_refused(city, tmp_path):
    data = bytearray(gzip.compress(random.Random(1).randbytes(50_000)))
    data[20_000:20_100] = bytes(100)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(data)

    with pytest.raises(ImportRefused, match=r"damaged|cannot be read"):
        city.run(path)


def test_lines_with_nul_bytes_are_rejected_alone(city):
    (city.folder / "a.csv").write_bytes(LINES + b"01.02.2024 13:00;\0002\n01.02.2024 14:00;3\n")

    counts = city.counts()

    assert (counts.read, counts.loaded, counts.rejected) == (3, 2, 1)
    assert city.rejects()[0]["line"] == "3"
    assert "NUL" in city.rejects()[0]["reason"]


def test_lines_in_another_encoding_are_rejected_alone(city):
    (city.folder / "a.csv").write_bytes(LINES + "01.02.2024 13:00;ä\n".encode("latin-1"))

    counts = city.counts()

    assert (counts.loaded, counts.rejected) == (1, 1)
    assert "not written in utf-8" in city.rejects()[0]["reason"]


def test_utf_16_is_refused_with_its_reason(city):
    (city.folder / "a.csv").write_bytes("Zeit;A1\n01.02.2024 12:00;1\n".encode("utf-16"))

    with pytest.raises(ImportRefused, match="no text in utf-8"):
        city.run()


def test_an_endless_line_is_rejected_in_bounded_memory(city):
    with (city.folder / "a.csv").open("wb") as file:
        file.write(LINES)
        for _ in range(8):
            file.write(b"9" * MIB)
        file.write(b"\n01.02.2024 14:00;3\n")

    counts = city.counts()

    assert (counts.loaded, counts.rejected) == (2, 1)
    assert "longer than" in city.rejects()[0]["reason"]
    assert city.rejects()[0]["line"] == "3"
    assert len(city.rejects()[0]["value"]) <= 200


def test_hidden_files_are_passed_over(city):
    city.write("a.csv", "Zeit;A1", "01.02.2024 12:00;1")
    city.write("._a.csv", "Mac OS X")
    city.write(".git/a.csv", "x")
    city.write("__MACOSX/a.csv", "x")

    assert city.counts().loaded == 1


@pytest.mark.parametrize("kind", ["tar", "tar.gz", "zip", "gz"])
def test_every_kind_of_archive_gives_the_same(city, tmp_path, kind):
    path = tmp_path / f"x.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x/a.csv", LINES)
            archive.writestr("x/b.csv.gz", gzip.compress(LINES))
    elif kind == "gz":
        path = tmp_path / "a.csv.gz"
        path.write_bytes(gzip.compress(LINES) * 2)
    else:
        mode = "w" if kind == "tar" else "w:gz"
        tar(path, entry("x", tarfile.DIRTYPE), entry("x/a.csv"), entry("x/b.csv"), mode=mode)

    counts = city.counts(path)

    assert counts.loaded == 1
    assert city.observations() == [("t-A1", "2024-02-01T11:00", 1.0, None)]


def test_a_path_that_is_not_there_is_refused(city, tmp_path):
    with pytest.raises(ImportRefused, match="cannot be read: No such file"):
        city.run(tmp_path / "nowhere")
