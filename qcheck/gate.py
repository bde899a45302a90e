"""The guard around the SDK's client, for whoever sends jobs from Python."""

from qcheck.jobs.guard import Blocked, guard

__all__ = ["Blocked", "guard"]
