"""``python -m portal clock``: whether the machine's clock stepped, and that it is right."""

from __future__ import annotations

from datetime import timedelta

import click

from portal import startup
from portal.config import from_environment
from portal.engine import clock_steps
from portal.engine.steady_clock import SMALL


@click.group()
def clock() -> None:
    """Show or confirm the machine's clock after it was set forward or back.

    Example: python -m portal clock show
    """


@clock.command()
def show() -> None:
    """Say which time it is, and what still waits for somebody to say it is right.

    Example: python -m portal clock show
    """
    with startup.opened(from_environment()) as runtime:
        with runtime.reading() as session:
            step = clock_steps.open_step(session)
        click.echo(f"The clock shows {runtime.real_now():%Y-%m-%d %H:%M:%S} UTC.")
        if runtime.clock_lead() > SMALL:
            click.echo(f"The portal goes by {runtime.now():%Y-%m-%d %H:%M:%S} UTC.")
    if step is None:
        click.echo("Nothing waits for anybody.")
    elif step.seconds > 0:
        click.echo(f"It leapt forward by {_span(step.seconds)}: reminders wait.")
    else:
        click.echo(f"It was set back by {_span(-step.seconds)}.")


@clock.command()
@click.option("--by", required=True, help="Who says so.")
def confirm(by: str) -> None:
    """Say that the clock shows the right time now.

    Example: python -m portal clock confirm --by 'Chen Jie'
    """
    with startup.opened(from_environment()) as runtime, runtime.writing() as session:
        step = clock_steps.open_step(session)
        if step is None:
            click.echo("Nothing waits for anybody.")
            return
        now, real_now = runtime.now(), runtime.real_now()
        lead = runtime.clock_lead()
        by = f"operator:{by}"
        clock_steps.confirm(session, step.id, by, lead=lead, now=now, real_now=real_now)
    click.echo("Confirmed.")


def _span(seconds: int) -> str:
    return str(timedelta(seconds=seconds))
