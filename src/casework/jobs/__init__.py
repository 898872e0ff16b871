"""Long runs: queued, worked off tile by tile, resumed."""

from casework.jobs.queue import request_run, revive_runs
from casework.jobs.verifying import Verification, verify_run
from casework.jobs.work import Stopped, run_now, work_off

__all__ = ["Stopped", "Verification", "request_run", "revive_runs", "run_now", "verify_run", "work_off"]
