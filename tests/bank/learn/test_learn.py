"""What learn finds out about five made-up banks: keys, joins, kinds, snapshots, code tables, and nothing about people."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bank.catalogue import Catalogue, Join, Snapshot
from bank.door import Bank
from bank.errors import Unreachable
from bank.learn.dictionary import Dictionary, NoDictionary
from bank.learn.learn import Learnt, NothingToLearn, learn
from bank.values import Values
from tests.bank.learn.banks import BANKS, make_sqlite


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Learnt]:
    found = {}
    for name, tables in BANKS.items():
        path = tmp_path_factory.mktemp("banks") / f"{name}.db"
        make_sqlite(path, tables())
        found[name] = learn(str(path), name)
    return found


def drafted(tmp_path: Path, script: str, dictionary: Dictionary | None = None) -> Learnt:
    path = tmp_path / "bank.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
    return learn(str(path), "bank", dictionary)


def ways(catalogue: Catalogue) -> set[tuple[str, str, str]]:
    return {(join.many, join.one, " ".join(f"{a}={b}" for a, b in join.on.items())) for join in catalogue.joins}


def test_joins_that_are_not_declared_are_found_by_name_and_values(learnt: dict[str, Learnt]) -> None:
    assert ways(learnt["camel"].catalogue) == {
        ("Client", "RelationshipManager", "ManagerID=ManagerID"),
        ("CreditFacility", "Client", "ClientID=ClientID"),
        ("Collateral", "CreditFacility", "FacilityNo=FacilityNo"),
        ("RepaymentTransaction", "CreditFacility", "FacilityNo=FacilityNo"),
    }
    assert ("T_CARD", "T_CARDHOLDER", "CARDHOLDER_ID=CH_ID") in ways(learnt["cards"].catalogue)


def test_a_column_named_like_a_key_whose_values_are_others_is_no_join(tmp_path: Path) -> None:
    script = (
        "CREATE TABLE branch (branch_id INTEGER, city TEXT); CREATE TABLE loan (loan_id INTEGER, branch_id INTEGER);"
    )
    script += "INSERT INTO branch VALUES (1, 'Leeds'), (2, 'York'); INSERT INTO loan VALUES (1, 77), (2, 78), (3, 1);"
    assert drafted(tmp_path, script).catalogue.joins == ()


def test_the_cardinality_of_a_join_is_found(tmp_path: Path) -> None:
    script = "CREATE TABLE loan (loan_id INTEGER PRIMARY KEY); CREATE TABLE loan_terms (loan_id INTEGER PRIMARY KEY, months INTEGER);"
    script += "INSERT INTO loan VALUES (1), (2), (3); INSERT INTO loan_terms VALUES (1, 12), (2, 24);"
    assert drafted(tmp_path, script).catalogue.joins == (
        Join(many="loan_terms", one="loan", on={"loan_id": "loan_id"}, single=True),
    )


def test_snapshots_are_suspected_and_asked_about(learnt: dict[str, Learnt]) -> None:
    star, leasing = learnt["star"], learnt["leasing"]
    balances, book = star.catalogue.tables["fact_acct_bal"], leasing.catalogue.tables["contract_month_end"]
    assert balances.snapshot == Snapshot(column="month_id", stored="yyyymm")
    assert (book.snapshot, book.key) == (Snapshot(column="reporting_date", stored="iso"), "contract_id")
    assert any("is it a snapshot?" in question for question in star.questions)
    assert balances.noun == "account"
    assert not book.countable  # its contracts are counted where they are listed


def test_dates_are_known_however_they_are_stored(learnt: dict[str, Learnt]) -> None:
    cards = learnt["cards"].catalogue.tables
    assert (cards["T_CARD_TXN"].columns["TXN_DATE"].kind, cards["T_CARD_TXN"].columns["TXN_DATE"].stored) == (
        "date",
        "yyyymmdd",
    )
    assert (cards["T_CARD"].columns["ISSUE_DATE"].kind, cards["T_CARD"].columns["ISSUE_DATE"].stored) == (
        "date",
        "yyyymmdd",
    )
    assert (cards["T_CARD_TXN"].columns["BILLING_MONTH"].kind, cards["T_CARD_TXN"].columns["BILLING_MONTH"].stored) == (
        "month",
        "yyyy-mm",
    )
    assert cards["T_DISPUTE"].columns["OPENED_DATE"].stored == "iso"


def test_dates_written_day_first_are_not_taken_for_dates(tmp_path: Path) -> None:
    script = "CREATE TABLE loan (loan_id INTEGER, start_date TEXT); INSERT INTO loan VALUES (1, '31/12/2024'), (2, '01/02/2024');"
    found = drafted(tmp_path, script)
    assert found.catalogue.tables["loan"].columns["start_date"].kind == "text"
    assert any("start_date" in question for question in found.questions)


@pytest.mark.parametrize(
    ("bank", "table", "column", "kind"),
    [
        ("retail", "loans", "interest_rate", "percent"),
        ("retail", "loans", "principal_amount", "amount"),
        ("retail", "customers", "is_active", "flag"),
        ("retail", "branches", "branch_name", "name"),
        ("camel", "Client", "NumberOfEmployees", "count"),
        ("camel", "CreditFacility", "FacilityNo", "id"),
        ("star", "dim_cust", "cust_seg", "category"),
        ("star", "fact_sales", "rev_amt", "amount"),
        ("leasing", "lease_contract", "term_months", "number"),
        ("leasing", "instalment", "paid", "flag"),
    ],
)
def test_kinds_come_from_names_types_and_values(
    learnt: dict[str, Learnt], bank: str, table: str, column: str, kind: str
) -> None:
    assert learnt[bank].catalogue.tables[table].columns[column].kind == kind


def test_numbers_kept_as_text_are_summed_by_a_cast_and_asked_about(learnt: dict[str, Learnt]) -> None:
    assert learnt["cards"].catalogue.tables["T_DISPUTE"].columns["DISPUTED_AMT"].kind == "text"
    assert learnt["cards"].catalogue.measures["total disputed amount"].value == 'CAST("DISPUTED_AMT" AS DECIMAL(18, 4))'
    assert any("DISPUTED_AMT" in question for question in learnt["cards"].questions)


def test_code_tables_give_their_words_and_are_not_counted(learnt: dict[str, Learnt]) -> None:
    leasing = learnt["leasing"].catalogue
    assert not leasing.tables["lease_type"].countable
    assert leasing.label("lease_type", "lease_type_desc") == "lease type"
    assert not leasing.tables["lease_contract"].columns["lease_type_code"].indexed


def test_a_code_table_used_twice_by_one_table_stands_as_codes(tmp_path: Path) -> None:
    script = """CREATE TABLE risk_class (risk_class_code TEXT PRIMARY KEY, description TEXT);
    INSERT INTO risk_class VALUES ('H', 'High'), ('L', 'Low');
    CREATE TABLE loan (loan_id INTEGER PRIMARY KEY, first_risk_class_code TEXT, last_risk_class_code TEXT);
    INSERT INTO loan VALUES (1, 'H', 'L'), (2, 'L', 'L'), (3, 'H', 'H');"""
    found = drafted(tmp_path, script).catalogue
    assert found.tables["loan"].columns["first_risk_class_code"].codes == {"H": "High", "L": "Low"}
    assert found.joins == ()


def test_a_code_beside_its_description_is_described_by_it(tmp_path: Path) -> None:
    script = """CREATE TABLE loan (loan_id INTEGER PRIMARY KEY, loan_status_cd TEXT, loan_status_desc TEXT);
    INSERT INTO loan VALUES (1, 'A', 'Active'), (2, 'C', 'Closed'), (3, 'A', 'Active');"""
    columns = drafted(tmp_path, script).catalogue.tables["loan"].columns
    assert columns["loan_status_cd"].described_by == "loan_status_desc"
    assert columns["loan_status_desc"].label == "loan status"


def test_letters_without_words_are_asked_about(learnt: dict[str, Learnt]) -> None:
    assert "What do A, B, L mean in T_CARD.CRD_STATUS? Write them under `codes`." in learnt["cards"].questions


def test_codes_of_countries_and_currencies_are_known(learnt: dict[str, Learnt]) -> None:
    codes = learnt["cards"].catalogue.tables["T_MERCHANT"].columns["MER_COUNTRY"].codes
    assert codes == {"CA": "Canada", "MX": "Mexico", "US": "United States"}


def test_amounts_in_several_currencies_are_asked_about(tmp_path: Path) -> None:
    script = "CREATE TABLE loan (loan_id INTEGER PRIMARY KEY, amount DOUBLE, currency TEXT);"
    script += "INSERT INTO loan VALUES (1, 10.5, 'EUR'), (2, 20.5, 'USD'), (3, 30.5, 'EUR');"
    found = drafted(tmp_path, script)
    assert found.catalogue.tables["loan"].currency == "currency"
    assert any("several currencies" in question for question in found.questions)


def test_averages_prices_and_running_balances_are_not_summed(tmp_path: Path) -> None:
    script = """CREATE TABLE transactions (
      transaction_id INTEGER PRIMARY KEY, booking_date DATE, amount DOUBLE, balance DOUBLE, unit_price DOUBLE);
    INSERT INTO transactions VALUES (1, '2024-01-01', 5.5, 100.5, 2.5), (2, '2024-01-02', 6.5, 107, 2.75);"""
    found = drafted(tmp_path, script).catalogue
    assert list(found.measures) == ["total transaction amount"]
    columns = found.tables["transactions"].columns
    assert (columns["balance"].additive, columns["unit_price"].additive, columns["amount"].additive) == (
        False,
        False,
        True,
    )


def test_rows_that_nothing_identifies_are_not_counted(tmp_path: Path) -> None:
    script = "CREATE TABLE fee (branch TEXT, amount DOUBLE); INSERT INTO fee VALUES ('A', 1.5), ('A', 1.5), ('B', 2.5);"
    found = drafted(tmp_path, script)
    assert not found.catalogue.tables["fee"].countable
    assert any("What identifies a row of fee?" in question for question in found.questions)


def test_versions_of_a_thing_are_not_counted_as_things(tmp_path: Path) -> None:
    script = """CREATE TABLE dim_customer (customer_sk INTEGER PRIMARY KEY, customer_id INTEGER, city TEXT, valid_from DATE, valid_to DATE);
    INSERT INTO dim_customer VALUES
      (1, 7, 'Leeds', '2020-01-01', '2021-01-01'), (2, 7, 'York', '2021-01-01', NULL), (3, 8, 'Hull', '2020-01-01', NULL);"""
    found = drafted(tmp_path, script)
    assert not found.catalogue.tables["dim_customer"].countable
    assert any("old versions" in question for question in found.questions)


def test_no_personal_value_is_in_the_draft_or_in_the_index(learnt: dict[str, Learnt], tmp_path: Path) -> None:
    path = tmp_path / "cards.db"
    make_sqlite(path, BANKS["cards"]())
    with closing(sqlite3.connect(path)) as database:
        secret = [str(cell) for row in database.execute("SELECT CH_NAME, CH_PHONE FROM T_CARDHOLDER") for cell in row]
        secret += [str(row[0]) for row in database.execute("SELECT CARD_NUMBER FROM T_CARD")]
    bank = Bank.open(str(path), learnt["cards"].catalogue)
    written = repr(learnt["cards"]) + repr(Values.read(bank))
    bank.close()
    assert len(secret) > 300
    assert [value for value in secret if value in written] == []
    assert set(learnt["cards"].personal) == {"T_CARD.CARD_NUMBER", "T_CARDHOLDER.CH_NAME", "T_CARDHOLDER.CH_PHONE"}


def test_numbers_of_accounts_that_no_join_needs_are_personal(tmp_path: Path) -> None:
    script = "CREATE TABLE payment (payment_id INTEGER PRIMARY KEY, their_account TEXT, amount DOUBLE);"
    script += "INSERT INTO payment VALUES (1, '11-222', 5.5), (2, '11-333', 6.5);"
    assert drafted(tmp_path, script).personal == {"payment.their_account": "account numbers"}


def test_a_data_dictionary_gives_words_and_says_what_is_personal(tmp_path: Path) -> None:
    file = tmp_path / "dictionary.csv"
    file.write_text(
        "Table,Column,Definition\nln,,One loan at origination.\nln,x17,Collateral value.\nln,note,Confidential remarks.\n",
        encoding="utf-8",
    )
    script = "CREATE TABLE ln (ln_id INTEGER PRIMARY KEY, x17 DOUBLE, note TEXT); INSERT INTO ln VALUES (1, 5.5, 'x'), (2, 6.5, 'y');"
    found = drafted(tmp_path, script, Dictionary.read(file)).catalogue.tables["ln"]
    assert found.row == "One loan at origination."
    assert "collateral value" in (found.columns["x17"].label, *found.columns["x17"].synonyms)
    assert found.columns["note"].personal


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n"])
def test_a_file_that_is_no_dictionary_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "dictionary.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(NoDictionary, match="table, column and definition"):
        Dictionary.read(file)


def test_the_progress_of_each_table_is_told(tmp_path: Path) -> None:
    path, told = tmp_path / "retail.db", list[Any]()
    make_sqlite(path, BANKS["retail"]())
    learn(str(path), "retail", progress=lambda name, done, of: told.append((name, done, of)))
    assert told == [
        (name, at, 5) for at, name in enumerate(["accounts", "branches", "customers", "loans", "transactions"], 1)
    ]


def test_a_database_without_tables_is_said(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").touch()
    with pytest.raises(NothingToLearn):
        learn(str(tmp_path / "empty.db"), "empty")
    with pytest.raises(Unreachable):
        learn(str(tmp_path / "missing.db"), "missing")


def test_month_end_rates_are_found_and_amounts_named_after_a_currency_have_it(tmp_path: Path) -> None:
    script = """CREATE TABLE fx_rate (from_ccy TEXT, to_ccy TEXT, month_id INTEGER, fx_rate DOUBLE);
    INSERT INTO fx_rate VALUES ('EUR', 'USD', 202401, 1.1), ('GBP', 'USD', 202401, 1.3), ('EUR', 'USD', 202402, 1.2);
    CREATE TABLE deposit (deposit_id INTEGER PRIMARY KEY, balance_usd DOUBLE); INSERT INTO deposit VALUES (1, 5.5), (2, 6.5);"""
    found = drafted(tmp_path, script).catalogue
    assert found.reporting_currency == "USD"
    assert found.currencies is not None
    assert (found.currencies.source, found.currencies.month, found.currencies.rate) == (
        "from_ccy",
        "month_id",
        "fx_rate",
    )
    assert found.tables["deposit"].columns["balance_usd"].currency == "USD"


def test_no_two_tables_have_the_same_noun(tmp_path: Path) -> None:
    script = "".join(
        f"""CREATE TABLE {name}_product_dim (product_key INTEGER, product_month INTEGER, kind TEXT);
        INSERT INTO {name}_product_dim VALUES (1, 202401, 'a'), (1, 202402, 'a'), (1, 202403, 'a'),
          (2, 202401, 'b'), (2, 202402, 'b'), (2, 202403, 'b');"""
        for name in ("loan", "card")
    )
    nouns = [table.noun for table in drafted(tmp_path, script).catalogue.tables.values()]
    assert sorted(nouns) == ["card product", "loan product"]
