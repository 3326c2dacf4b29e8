"""Background work knows its tenant, or does not run (trust.md row 71)."""

import pytest
from celery import current_app, shared_task

from apps.core import binding
from apps.tenants.tasks import HEADER, TenantTask, for_each_tenant_task

ran: list[str] = []


@shared_task(base=TenantTask, name="tests.remember")
def remember(**_):
    ran.append(binding.require())


@pytest.fixture(autouse=True)
def eager(db):
    ran.clear()
    before = current_app.conf.task_always_eager
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = before


def test_a_task_runs_in_the_tenant_that_sent_it():
    with binding.bound("alfa"):
        remember.apply_async(kwargs={})
    assert ran == ["alfa"]


def test_a_task_cannot_be_sent_unbound():
    with pytest.raises(binding.NoTenantBoundError):
        remember.apply_async(kwargs={})


def test_a_task_takes_no_positional_arguments():
    with binding.bound("alfa"), pytest.raises(TypeError):
        remember.apply_async(args=[1])


def test_a_task_without_the_header_is_not_run():
    with binding.bound("alfa"):
        result = remember.apply(kwargs={}, headers={})
    assert ran == []
    assert str(result.state) == "IGNORED"


def test_the_header_decides_not_what_the_worker_had_bound():
    with binding.bound("alfa"):
        remember.apply(kwargs={}, headers={HEADER: "beta"})
    assert ran == ["beta"]


def test_beat_reaches_every_tenant_once():
    assert for_each_tenant_task(task="tests.remember") == 3
    assert ran == ["alfa", "beta", "gamma"]


def test_a_worker_that_dies_gives_its_task_back():
    """A broker that was told before the work is done forgets what a kill left undone."""
    ours = [task for task in current_app.tasks.values() if isinstance(task, TenantTask)]
    assert len(ours) > 1
    assert all(task.acks_late for task in ours)
