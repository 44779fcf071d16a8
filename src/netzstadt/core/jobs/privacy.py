"""Which columns of the jobs say something about a person: none; jobs carry ids only."""

from netzstadt.lib.privacy import fields

FIELDS = {
    "jobs_duty": fields(other="name due_at"),
    # Messages are kept without addresses of people and secrets (lib.logs.without_secrets).
    "jobs_failure": fields(other="job_id error message attempt failed_at"),
    "procrastinate_jobs": fields(
        other="id queue_name task_name lock args status scheduled_at attempts queueing_lock "
        "priority abort_requested worker_id"
    ),
    "procrastinate_events": fields(other="id job_id type at"),
    "procrastinate_periodic_defers": fields(
        other="id task_name defer_timestamp job_id periodic_id"
    ),
    "procrastinate_workers": fields(other="id last_heartbeat"),
}
