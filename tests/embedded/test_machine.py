"""PostgreSQL's settings follow the machine, from the smallest board to a large server."""

from netzstadt.embedded.machine import GIB, MIB, Machine, settings_for


def machine(**other: int) -> Machine:
    values = {
        "memory": 16 * GIB,
        "cores": 4,
        "disk_free": 100 * GIB,
        "shared_memory_free": 8 * GIB,
    }
    return Machine(**values | other)


def megabytes(settings: dict[str, str], name: str) -> int:
    assert settings[name].endswith("MB")
    return int(settings[name].removesuffix("MB"))


def test_a_quarter_of_the_memory_is_the_databases_cache() -> None:
    assert megabytes(settings_for(machine()), "shared_buffers") == 4096


def test_a_small_board_is_not_overcommitted() -> None:
    settings = settings_for(machine(memory=512 * MIB, cores=1))

    assert megabytes(settings, "shared_buffers") == 128
    assert megabytes(settings, "maintenance_work_mem") == 32
    assert settings["max_parallel_workers_per_gather"] == "0"


def test_a_large_server_keeps_memory_for_its_file_cache() -> None:
    settings = settings_for(machine(memory=1024 * GIB, cores=96))

    assert megabytes(settings, "shared_buffers") == 8192
    assert settings["max_parallel_workers_per_gather"] == "4"


def test_the_write_ahead_log_stays_small_on_a_small_disk() -> None:
    assert megabytes(settings_for(machine(disk_free=150 * MIB)), "max_wal_size") == 64
    assert megabytes(settings_for(machine(disk_free=30 * GIB)), "max_wal_size") == 3072


def test_a_container_without_shared_memory_uses_files_for_it() -> None:
    assert "dynamic_shared_memory_type" not in settings_for(machine())
    small = settings_for(machine(shared_memory_free=64 * MIB))
    assert small["dynamic_shared_memory_type"] == "mmap"
