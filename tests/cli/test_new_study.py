"""``python -m portal study new``: the file that a trial team begins with works as it is."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from portal.cli import cli
from portal.course.course import faults_in_use
from portal.errors import StudyFileFault
from portal.protocol.checks.study import faults_of_text
from portal.protocol.study.file import new_study
from portal.study_files import MODEL, load_study, write_new

CHOICES = ["en", "zh", "zh,en", "en,zh"]


def run(*words):
    return CliRunner().invoke(cli, ["study", *words])


@pytest.mark.parametrize("languages", CHOICES)
def test_a_new_study_passes_the_check_as_written_in_the_languages_asked_for(
    tmp_path, languages
):
    path = tmp_path / "mine.toml"
    assert run("new", str(path), "--languages", languages).exit_code == 0
    assert faults_of_text(path.read_text("utf-8")) == ()
    study = load_study(str(path))
    assert (study.id, study.approved) == ("mine", False)
    assert study.languages == tuple(languages.split(","))
    assert {words.language for words in study.words} == set(study.languages)


@pytest.mark.thorough
@pytest.mark.sampled(3)
@pytest.mark.parametrize("languages", CHOICES[:3])
def test_invented_people_go_through_the_whole_course_of_a_new_study(
    tmp_path, languages
):
    path = write_new(str(tmp_path / "mine"), languages.split(","))
    assert faults_in_use(load_study(str(path))) == ()


def test_a_new_study_may_have_a_word_of_any_study_in_its_name(tmp_path):
    for name in ("chemo-diary", "visit-follow-up", "my-study"):
        path = write_new(str(tmp_path / name))
        assert faults_of_text(path.read_text("utf-8")) == ()
    named = path.read_text("utf-8").replace('id = "my-study"', 'id = "portal-tablet"')
    said = faults_of_text(
        named.replace("Follow-up portal: a task", "Tablet portal: a task")
    )
    assert '"tablet" stands in the id "portal-tablet"' in said[0].sentence


def test_a_new_study_of_one_language_has_no_word_of_another(tmp_path):
    text = write_new(str(tmp_path / "mine"), ["en"]).read_text("utf-8")
    assert not re.search("[\u3400-\u9fff]|zh", text)


def test_every_table_of_a_new_study_stands_under_a_comment(tmp_path):
    """Whoever writes a study for the first time reads what each part is for."""
    text = write_new(str(tmp_path / "mine")).read_text("utf-8")
    assert new_study.NAMED not in text
    parts = re.split(r"(?m)^# -{5,} .*\n", text)[1:]
    assert len(parts) == text.count("# -----")
    assert all(part.startswith("# ") for part in parts)


def test_a_name_lies_beside_the_other_studies_and_a_path_where_it_says(tmp_path):
    folder = tmp_path / "studies"
    folder.mkdir()
    named = write_new("mine", folder=folder)
    assert named == folder / "mine.toml"
    assert "study check mine " in named.read_text("utf-8")
    put = write_new(str(tmp_path / "yours.toml"), folder=folder)
    assert put == tmp_path / "yours.toml"
    assert f"study check {put} " in put.read_text("utf-8")


def test_the_command_says_where_the_file_is_and_how_to_go_on(tmp_path):
    path = tmp_path / "mine.toml"
    told = run("new", str(path))
    assert told.output.splitlines()[0] == f"Written: {path}"
    assert f"study check {path}" in told.output
    assert f"./run --study {path}" in told.output


def test_a_file_that_is_there_is_never_overwritten(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("kept", encoding="utf-8")
    told = run("new", str(path))
    assert told.exit_code == 1
    assert f"{path} is there already" in told.stderr
    assert path.read_text("utf-8") == "kept"
    assert run("new", "dcar-sle").exit_code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["my study"], '"my study" cannot be the id of a study'),
        (["2nd"], '"2nd" cannot be the id of a study'),
        (["no/such/folder/mine"], "mine.toml cannot be written: No such file"),
        (["/tmp/mine", "--languages", "tlh"], 'written in zh, en, not in "tlh"'),
    ],
)
def test_what_cannot_be_written_is_refused_in_a_sentence(words, said):
    told = run("new", *words)
    assert told.exit_code == 1
    assert said in told.stderr
    assert "Traceback" not in told.output


def test_the_model_itself_is_read_by_its_own_languages():
    model = MODEL.read_text("utf-8")
    assert new_study.model_languages(model) == ("zh", "en")
    with pytest.raises(StudyFileFault):
        write_new("mine", ["xa"])
