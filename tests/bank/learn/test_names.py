"""Names of tables and columns become the words of bankers; what is about people is seen by name and by value."""

import pytest

from bank.learn.facts import Column
from bank.learn.personal import why_personal
from bank.learn.words import common_prefix, pieces, plural, singular, table_words, written_out


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cust_acct_bal", "customer account balance"),
        ("LoanTypeCD", "loan type code"),
        ("TXN_AMT", "transaction amount"),
        ("InterestRatePct", "interest rate percent"),
        ("PMT_DUE_DT", "payment due date"),
        ("ccyCode", "currency code"),
        ("NumberOfEmployees", "number of employees"),
        ("acct_no", "account number"),
        ("municipalities_500_1999", "municipalities 500 1999"),
    ],
)
def test_a_name_is_cut_up_and_written_out(name: str, words: str) -> None:
    assert " ".join(written_out(pieces(name))) == words


@pytest.mark.parametrize(
    ("name", "noun"),
    [
        ("dim_cust", "customer"),
        ("fact_sales", "sale"),
        ("tbl_Branches", "branch"),
        ("T_CARD_TXN", "card transaction"),
        ("LOAN_PRODUCT_DIMENSION", "loan product"),
        ("CreditFacility", "credit facility"),
        ("d_prod", "product"),
        ("addresses", "address"),
        ("policies", "policy"),
        ("status", "status"),
    ],
)
def test_a_table_is_named_by_what_a_row_is(name: str, noun: str) -> None:
    assert " ".join(table_words(name)) == noun


def test_a_prefix_that_all_columns_share_is_dropped() -> None:
    assert common_prefix(["cst_id", "cst_name", "cst_segment"]) == 1
    assert common_prefix(["cst_id", "cst", "cst_segment"]) == 0
    assert common_prefix(["id", "name"]) == 0


@pytest.mark.parametrize(
    ("one", "many"),
    [("branch", "branches"), ("facility", "facilities"), ("day", "days"), ("credit policy", "credit policies")],
)
def test_plurals_go_there_and_back(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many.split()[-1]) == one.split()[-1]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("email", ()),
        ("date_of_birth", ()),
        ("BirthDate", ()),
        ("cust_ssn", ()),
        ("TAX_ID_NUMBER", ()),
        ("iban", ()),
        ("card_number", ()),
        ("StreetAddress", ()),
        ("mobile_no", ()),
        ("contact", ("ann@example.com", "bob@example.org")),
        ("reference", ("+44 20 7946 0000", "+44 20 7946 0001")),
        ("remark", ("123-45-6789", "987-65-4321")),
        ("target", ("GB82WEST12345698765432", "DE89370400440532013000")),
        ("pan_no", ("4539578763621486", "4556737586899855")),
        ("place", ("12 High Street", "7 Mill Lane")),
        ("officer_name", ("Ada Abel", "Ben Brook")),
    ],
)
def test_what_is_about_a_person_is_seen(name: str, cells: tuple[str, ...]) -> None:
    assert why_personal(written_out(pieces(name)), Column(name, "text", cells), "record", False)


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("customer_id", (1, 2)),
        ("cardholder_id", (1, 2)),
        ("branch_name", ("Leeds Central", "York Market")),
        ("merchant_name", ("Granite Foods Ltd", "Harbor Energy Corp")),
        ("customer_name", ("Granite Foods Ltd", "Harbor Energy Corp")),
        ("number_of_contacts", (1, 2)),
        ("employee_count", (10, 20)),
        ("loan_number", ("L-0001", "L-0002")),
        ("amount", (4111.5, 12.25)),
    ],
)
def test_what_is_not_about_a_person_stays_open(name: str, cells: tuple[object, ...]) -> None:
    assert not why_personal(written_out(pieces(name)), Column(name, "text", cells), "record", False)


def test_names_in_a_table_of_people_are_personal_whatever_they_look_like() -> None:
    name = Column("name", "text", ("Prince", "Madonna"))
    assert why_personal(["name"], name, "client", True)
    assert not why_personal(["name"], name, "product", False)
