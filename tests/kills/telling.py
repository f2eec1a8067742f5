"""How things stood when a campaign failed, for who has to understand it."""

from pathlib import Path

from sqlalchemy import text

LINES = 25
ROWS = 20
UNSETTLED = {
    "candidates": "SELECT url, source, status, reason, attempts, next_attempt_at, first_seen_at "
                  "FROM candidate WHERE status <> 'fetched'",
    "sources in a hand": "SELECT id, lease_by, lease_until FROM source WHERE lease_by IS NOT NULL",
    "hosts in a hand": "SELECT name, lease_by, lease_until FROM host WHERE lease_by IS NOT NULL",
    "events": "SELECT max(id), count(*), max(created_at) FROM event",
    "readers": "SELECT id, address, schedule, position, status FROM subscription",
}  # fmt: skip
OF_THE_FLEET = {
    "jobs": "SELECT job.id, job.status, job.task_name, job.args, job.attempts, job.scheduled_at, "
            "job.worker_id, now() - worker.last_heartbeat AS silent FROM procrastinate_jobs job "
            "LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id",
}  # fmt: skip
DELIVERY = (
    "SELECT id, subscription_id, status, attempts, created_at, due_at, claimed_by, claimed_until, "
    "last_error, first_event, last_event, articles FROM delivery ORDER BY created_at"
)
TRIES = "SELECT * FROM attempt WHERE delivery_id = :key ORDER BY number"


def state(campaign):
    """Tell what is not settled in the books, who lives, and what all said last."""
    lines = [f"killed: {dict(campaign.kills)}; happened: {dict(campaign.world.happenings)}"]
    lines += [f"{each}, alive: {Path(f'/proc/{each.pid}').exists()}" for each in campaign.processes]
    with campaign.database.reading() as session:
        connection = session.connection()
        questions = UNSETTLED
        if connection.dialect.name == "postgresql":
            questions = UNSETTLED | OF_THE_FLEET
        for name, question in questions.items():
            rows = connection.execute(text(question)).mappings().all()
            lines += [f"{name}: {len(rows)}", *(f"  {dict(row)}" for row in rows[:ROWS])]
        odd = [
            row
            for row in connection.execute(text(DELIVERY)).mappings()
            if row["status"] != "done" or len(campaign.world.received.get(row["id"], ())) != 1
        ]
        lines.append(f"deliveries that are not done, or did not come once: {len(odd)}")
        for row in odd[:ROWS]:
            came = campaign.world.times.get(row["id"], 0)
            lines.append(f"  {dict(row)}, came {came} times")
            tries = connection.execute(text(TRIES), {"key": row["id"]}).mappings()
            lines += [f"    {dict(each)}" for each in tries]
    for log in sorted(campaign.program.folder.glob("*.log")):
        said = log.read_text("utf-8", "replace").splitlines()[-LINES:]
        lines += [f"{log.name}:", *(f"  {line[:300]}" for line in said)]
    return "\n".join(lines)
