"""The process that does the jobs: procrastinate's worker, the duties and the sweep beside it."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NoReturn

from django.db import InterfaceError, OperationalError, close_old_connections
from procrastinate import App, JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from netzstadt.core.jobs import services
from netzstadt.lib import clock

logger = logging.getLogger(__name__)

# A due job is found by asking, at the latest after this time: a new one is announced at once.
POLL_S = 1.0
DUTIES_S = 1.0
SWEEP_S = 15.0
STALLED_AFTER_S = 30.0
# Mail does not wait behind what takes minutes once a day.
AT_ONCE = 2
# A container that is told to stop is given ten seconds.
GRACE_S = 8.0


def run_worker(*, wait: bool = True) -> None:
    """Do jobs until SIGTERM or SIGINT.

    A job in the works is finished first if it takes no longer than ``GRACE_S``, or up to a second
    signal; then it is left, and another worker does it again.

    ``wait=False`` does what is due and returns (tests).
    """
    asyncio.run(_run(wait=wait))


async def _run(*, wait: bool) -> None:
    # A second app beside the first: the worker needs a connection of its own that can listen,
    # while jobs that defer jobs go on doing so on Django's connection, in their transaction.
    worker = app.with_connector(DjangoConnector().get_worker_connector())
    async with worker.open_async():
        if not wait:
            await _defer_due_duties()
            for _every_s, function in services.done_beside():
                await asyncio.to_thread(_in_thread, function)
            await worker.run_worker_async(
                wait=False, install_signal_handlers=False, worker_middleware=[keep_error]
            )
            return
        upkeep = [
            asyncio.create_task(_again(DUTIES_S, _defer_due_duties)),
            asyncio.create_task(_again(SWEEP_S, lambda: sweep_stalled_jobs(worker))),
            *(
                asyncio.create_task(
                    _again(every_s, partial(asyncio.to_thread, _in_thread, function))
                )
                for every_s, function in services.done_beside()
            ),
        ]
        working = asyncio.create_task(
            worker.run_worker_async(
                concurrency=AT_ONCE,
                fetch_job_polling_interval=POLL_S,
                stalled_worker_timeout=STALLED_AFTER_S,
                install_signal_handlers=False,
                worker_middleware=[keep_error],
            )
        )
        _stop_on_signals(working)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await working
        finally:
            for task in upkeep:
                task.cancel()
            await asyncio.gather(*upkeep, return_exceptions=True)


def _stop_on_signals(working: "asyncio.Task[None]") -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        working.cancel()
        loop.call_later(GRACE_S, _leave)
        handle(_leave)

    def handle(action: Callable[[], object]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, action)

    handle(stop)


def _leave() -> NoReturn:
    """End though a job is in the works: its thread cannot be ended, and would be waited for.

    What it has not committed was not done; its row says that it is at work, so it is swept.
    """
    logger.warning("Jobs in the works are left: a worker does them again within a minute.")
    logging.shutdown()
    os._exit(0)


async def keep_error(
    call_next: Callable[[], Awaitable[object]], context: JobContext, worker: object
) -> object:
    """Do a job and, where it fails, keep why (a middleware of procrastinate)."""
    try:
        return await call_next()
    except Exception as error:
        note = partial(_note, context.job.id or 0, context.job.attempts + 1, error)
        await asyncio.to_thread(_in_thread, note)
        raise


def _note(job_id: int, attempt: int, error: Exception) -> None:
    try:
        services.note_failure(job_id=job_id, attempt=attempt, error=error, at=clock.now())
    except (OperationalError, InterfaceError):
        logger.warning("Why job %d failed could not be kept: the database is away.", job_id)


async def sweep_stalled_jobs(worker: App) -> int:
    """Put the jobs of workers that died back into the queue; return how many."""
    stalled = await worker.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S)
    swept = 0
    for job in stalled:
        await worker.job_manager.retry_job(job)
        swept += 1
    if swept:
        logger.warning("%d jobs of a worker that died are done again.", swept)
    return swept


async def _defer_due_duties() -> None:
    await asyncio.to_thread(_in_thread, lambda: services.defer_due_duties(at=clock.now()))


def _in_thread(function: Callable[[], object]) -> None:
    try:
        function()
    finally:
        close_old_connections()


async def _again(seconds: float, action: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await action()
        except (OperationalError, InterfaceError) as error:
            # The database is being restarted; procrastinate's worker waits for it as well.
            logger.warning("The database did not answer: %s", str(error).partition("\n")[0])
        except Exception:
            logger.exception("A defect in what is done beside the jobs")
        await asyncio.sleep(seconds)
