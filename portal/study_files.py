"""Where study files lie on disk, and how one is found by name or path.

``protocol`` reads text only; this is the one place that opens the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from portal.errors import StudyFileFault
from portal.protocol.checks.names import is_name
from portal.protocol.study.file import new_study
from portal.protocol.study.file.keys import listed
from portal.protocol.study.file.reading import read_study, whole_source
from portal.protocol.study.model import Study

HERE = Path(__file__).resolve().parent
STUDIES = HERE.parent / "studies"
MODEL = HERE / "protocol" / "study" / "file" / "new_study.toml"


def study_names() -> list[str]:
    """The names of the studies that come with the portal, in order."""
    return sorted(path.stem for path in STUDIES.glob("*.toml"))


def is_study_file(name_or_path: str) -> bool:
    """Whether there is a study file of that name or path."""
    try:
        return study_path(name_or_path).is_file()
    except StudyFileFault:
        return False


def study_path(name_or_path: str) -> Path:
    """The file of a study: a name such as ``dcar-sle``, or a path to a TOML file.

    Raises ``StudyFileFault`` when there is no such file.
    """
    named = STUDIES / f"{name_or_path}.toml"
    plain = "/" not in name_or_path and "\\" not in name_or_path
    path = named if plain and named.is_file() else Path(name_or_path)
    if not path.is_file():
        known = ", ".join(study_names())
        said = f'There is no study "{name_or_path}". Known: {known}; or give a file.'
        raise StudyFileFault(said, field="file")
    return path


def study_text(name_or_path: str) -> str:
    """The text of a study's own file. Raises ``StudyFileFault``."""
    path = study_path(name_or_path)
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = f"{path} cannot be read as UTF-8 text: {error}."
        raise StudyFileFault(said, field="file") from error


def base_beside(name_or_path: str, base: str) -> str:
    """The text of a study's base: a file beside the study's own, else a known study.

    Raises ``StudyFileFault`` when there is none.
    """
    if "/" in base or "\\" in base:
        said = f'"{base}" is a path: give only the name of the base.'
        raise StudyFileFault(said, field="base")
    beside = study_path(name_or_path).parent / f"{base}.toml"
    return study_text(str(beside) if beside.is_file() else base)


def load_study(name_or_path: str) -> Study:
    """The study of that name or file. Raises ``StudyFileFault``."""
    text = study_text(name_or_path)
    return read_study(text, base=lambda base: base_beside(name_or_path, base))


def study_source(name_or_path: str) -> str:
    """The whole text to store for a study, with that of its base.

    ``read_study`` turns it into the same study with the same ``sha256``. Raises
    ``StudyFileFault``.
    """
    text = study_text(name_or_path)
    return whole_source(text, base=lambda base: base_beside(name_or_path, base))


def every_key() -> str:
    """Every key that a study file may have, as Markdown: the part of the reference."""
    texts = [study_source(name) for name in study_names()]
    return "\n".join(listed([*texts, MODEL.read_text(encoding="utf-8")]))


def write_new(
    name_or_path: str, languages: Sequence[str] = (), folder: Path = STUDIES
) -> Path:
    """Write a new study file in the folder of studies, or at a path; the file's place.

    Without ``languages`` it has those of the model. A repeat is refused.

    Raises:
        StudyFileFault: the name cannot be an id, the file is there already or cannot be
            written, or the model lacks a language.
    """
    path, model = _new_path(name_or_path, folder), MODEL.read_text(encoding="utf-8")
    known = new_study.model_languages(model)
    for one in languages:
        if one not in known:
            said = f'A new study can be written in {", ".join(known)}, not in "{one}".'
            raise StudyFileFault(said, field="languages")
    called = path.stem if path.parent == folder else str(path)
    text = new_study.new_text(model, path.stem, called, languages or known)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        said = f"{path} is there already, and is left as it is: choose another name."
        raise StudyFileFault(said, field="file") from error
    except OSError as error:
        said = f"{path} cannot be written: {error.strerror}."
        raise StudyFileFault(said, field="file") from error
    return path


def _new_path(name_or_path: str, folder: Path) -> Path:
    path = Path(name_or_path.removesuffix(".toml") + ".toml")
    if not is_name(path.stem):
        said = (
            f'"{path.stem}" cannot be the id of a study: a letter, then letters, '
            "digits, - and _; at most 40."
        )
        raise StudyFileFault(said, field="id")
    return path if "/" in name_or_path else folder / path
