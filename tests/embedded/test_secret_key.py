"""The key of an installation: one, whole, private."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from netzstadt.config import Config
from netzstadt.embedded.address import secret_key

AT_ONCE = 16


def test_who_asks_at_once_is_given_one_key(tmp_path: Path) -> None:
    config, begin = Config(data_dir=str(tmp_path)), Barrier(AT_ONCE)

    def ask(_number: int) -> str:
        begin.wait()
        return secret_key(config)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        keys = set(pool.map(ask, range(AT_ONCE)))

    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
