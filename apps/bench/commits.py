"""The yardstick of a delay: one row, one commit, one after the other."""

import statistics
import time

import psycopg


def commit_one_by_one(dsn: str, *, seconds: float) -> dict[str, float]:
    """Commit single rows for so long, in a table of their own; returns p50 and p99 in ms."""
    delays: list[float] = []
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS public.bench_commit (at timestamptz)")
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            conn.execute("INSERT INTO public.bench_commit VALUES (now())")
            delays.append(time.perf_counter() - began)
        conn.execute("DROP TABLE public.bench_commit")
    delays.sort()
    return {
        "p50_ms": statistics.median(delays) * 1000,
        "p99_ms": delays[int(len(delays) * 0.99)] * 1000,
    }
