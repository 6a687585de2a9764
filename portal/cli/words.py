"""``python -m portal study words``: how well a study hears what people write."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("name", metavar="STUDY")
@click.option(
    "--cases",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A table with tabs: phrase, at_least, at_most.",
)
@click.option("--phase", help="The phase; by default the first at home.")
@click.option("--each", is_flag=True, help="Also list each note outside its tiers.")
def words(name: str, file: Path, phase: str | None, each: bool) -> None:
    """Count how many notes of a file reach the tier that they must.

    A note below its at_least or above its at_most is only listed with --each.

    Example: python -m portal study words dcar-sle --cases notes.tsv
    """
    from portal.protocol.triage.note_cases import counts, heard, read_cases
    from portal.study_files import load_study

    study = load_study(name)
    known = [one.code for one in study.phases]
    if phase is not None and phase not in known:
        said = f"must be one of {', '.join(known)}."
        raise click.BadParameter(said, param_hint="--phase")
    cases = read_cases(file.read_text("utf-8"))
    found = list(heard(study, phase or study.phases_at_home[0].code, cases))
    for one in found if each else ():
        if not one.case.at_least.rank <= one.tier.rank <= one.case.at_most.rank:
            click.echo(f"{one.tier.value}\t{one.case.phrase}")
    for count in counts(found):
        click.echo(f"{count.what}: {count.got} of {count.of} ({count.share:.1%})")
