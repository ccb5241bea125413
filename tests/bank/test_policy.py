"""The policy's file: what it grants to whom, and every fault in it as a sentence."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import bank.berka
import bank.sample
from bank import catalogue
from bank.errors import Misfit
from bank.masks import Mask
from bank.person import Person
from bank.policy import Policy, Standing, load
from emulator.cast import PEOPLE as PEOPLE_OF_THE_EMULATOR
from tests.bank.small import CATALOGUE

ROLES: dict[str, Any] = {
    "banker": {"tables": {"client": {"rows": "branch_id = :branch", "says": "clients of your branch"}, "branch": {}}},
    "auditor": {"tables": {"*": {"shows": ["*"]}}},
    "guest": {"tables": {}},
}


def policy(**more: Any) -> Policy:
    return Policy.model_validate({"roles": ROLES, **more})


PEOPLE = policy(
    people=[
        {"group": "S1", "role": "guest"},
        {"email": "Ann@bank.example", "role": "auditor"},
        {"user": "U1", "role": "banker", "attributes": {"branch": 7}},
        {"group": "S2", "role": "auditor"},
    ],
    terminal="auditor",
    everybody_else="guest",
)


@pytest.mark.parametrize(
    ("person", "role"),
    [
        (Person("U1", email="ann@bank.example", groups=("S1",)), "banker"),
        (Person("U2", email="ann@bank.example", groups=("S1",)), "auditor"),
        (Person("U2", groups=("S2", "S1")), "guest"),
        (Person("U2", groups=("S2",)), "auditor"),
        (Person("U2"), "guest"),
        (Person("cli:ann"), "auditor"),
        (Person("cli:ann", email="ann@bank.example"), "auditor"),
    ],
)
def test_a_person_has_a_role_by_id_then_address_then_group_then_as_one_of_the_rest(person: Person, role: str) -> None:
    standing = PEOPLE.standing(person)
    assert standing is not None
    assert standing.role == role


def test_whom_nothing_names_has_no_role() -> None:
    assert policy().standing(Person("U1")) is None
    assert policy().standing(Person("cli:ann")) is None
    assert policy(people=[{"email": "ann@bank.example", "role": "guest"}]).standing(Person("U1", email="")) is None


@pytest.mark.parametrize(
    ("person", "role"),
    [
        (Person("U1", outside=True), "banker"),
        (Person("U2", groups=("S2",), outside=True), "auditor"),
        (Person("U2", outside=True), ""),
        (Person("U2", email="ann@bank.example", outside=True), ""),  # so their own organisation says
    ],
)
def test_who_is_from_outside_has_a_role_only_where_this_workspace_says_who_they_are(person: Person, role: str) -> None:
    standing = PEOPLE.standing(person)
    assert (standing.role if standing else "") == role


def test_attributes_and_clearances_come_as_tuples() -> None:
    assert PEOPLE.standing(Person("U1")) == Standing("banker", {"branch": (7,)})
    cleared = policy(channels={"C1": {"clearance": "banker", "attributes": {"branch": [1, 2]}}})
    assert cleared.cleared("C1") == Standing("banker", {"branch": (1, 2)})
    assert cleared.cleared("C2") is None


def test_a_table_that_is_not_granted_is_denied_and_a_star_grants_the_rest() -> None:
    assert PEOPLE.access("banker", "loan") is None
    assert PEOPLE.access("banker", "branch") is not None
    assert PEOPLE.access("auditor", "loan") is not None
    assert PEOPLE.access("guest", "branch") is None


def test_the_stamp_changes_with_every_word() -> None:
    assert policy().stamp == policy().stamp
    assert policy().stamp != policy(terminal="guest").stamp
    assert policy(version="7").stamp.startswith("7 ")


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ({"loans": {}}, "The role r names the table loans, which the catalogue does not list."),
        ({"loan": {"without": ["amuont"]}}, "names columns that the catalogue does not list: amuont."),
        ({"loan": {"columns": ["amount"], "without": ["status"]}}, "one of them is enough"),
        ({"loan": {"masks": {"status": "band 5"}}}, "cannot mask status that way: a band of a width is for numbers."),
        ({"loan": {"masks": {"granted": "hash"}}}, "dates can be hidden, or shown as band year."),
        ({"loan": {"masks": {"amount": "band year"}}}, "band year is for dates stored as dates."),
        ({"loan": {"rows": "amount > 5"}}, "must say which in words"),
        ({"loan": {"rows_of": "client", "says": "x"}}, "to which the catalogue has no join."),
        ({"*": {"without": ["amount"]}}, "may only say shows."),
    ],
)
def test_what_does_not_fit_the_catalogue_is_said(tables: dict[str, Any], fault: str) -> None:
    misfits = Policy.model_validate({"roles": {"r": {"tables": tables}}}).misfits(CATALOGUE)
    assert any(fault in misfit for misfit in misfits), misfits


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("roles: {r: {tabels: {}}}", "roles → r → tabels"),
        ("roles: {r: {tables: {loan: {masks: {status: last for}}}}}", "'last for' is no mask"),
        ("roles: {r: {tables: {loan: {masks: {amount: band 0}}}}}", "'band 0' is no mask"),
        ("roles: {r: {tables: {}}}\npeople: [{user: U1, role: s}]", "names roles it does not list: s"),
        ("roles: {r: {tables: {}}}\npeople: [{user: U1, email: a@b.example, role: r}]", "exactly one of"),
        ("roles: {r: {tables: {}}}\npeople: [{role: r}]", "exactly one of"),
        ("roles: [", "is not valid YAML"),
    ],
)
def test_a_faulty_file_is_said_with_the_place(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(text)
    with pytest.raises(Misfit, match=fault.replace("(", r"\(")):
        load(file)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misfit, match="There is no policy at"):
        load(tmp_path / "policy.yaml")


@pytest.mark.parametrize("shipped", [bank.sample, bank.berka])
def test_the_shipped_policies_fit_their_catalogues(shipped: Any) -> None:
    assert load(shipped.POLICY).misfits(catalogue.load(shipped.CATALOGUE)) == []


def test_everybody_in_the_emulator_has_one_of_the_three_roles_by_name() -> None:
    rules = load(bank.sample.POLICY).model_copy(update={"everybody_else": ""})
    standings = [rules.standing(Person(person.id, email=person.email)) for person in PEOPLE_OF_THE_EMULATOR]
    roles = Counter(standing.role for standing in standings if standing)
    assert roles == {"banker": 2, "analyst": 3, "administrator": 1}


def test_a_mask_says_itself_in_words() -> None:
    assert Mask.parse("last four").says("tax number") == "of the tax number only the last four characters"
    assert Mask.parse("band year").says("birth date") == "of the birth date only the year"
    assert Mask.parse("band 500").says("balance") == "of the balance only the lower end of its band of 500"
