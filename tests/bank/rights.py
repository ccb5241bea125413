"""The small bank with a policy: a banker of branch 1, one of branches 1 and 2, an auditor, a clerk with masks."""

from typing import Any

from bank.catalogue import Catalogue
from bank.person import Person
from bank.policy import Policy
from tests.bank.small import CATALOGUE

WORDS = Catalogue.model_validate(
    CATALOGUE.model_dump()
    | {
        "joins": [
            {"many": "loan", "one": "client", "on": {"client_id": "client_id"}},
            {"many": "client", "one": "branch", "on": {"branch_id": "branch_id"}},
        ]
    }
)
_BANKER: dict[str, Any] = {
    "tables": {
        "client": {"rows": "branch_id = :branch", "says": "clients of your branch"},
        "loan": {"rows_of": "client", "says": "loans of your branch's clients", "without": ["status"]},
        "branch": {},
    },
    "row_cap": 2,
}
_CLERK: dict[str, Any] = {
    "tables": {
        "client": {"masks": {"name": "hash", "born": "band year"}},
        "loan": {"masks": {"amount": "band 100"}},
        "Rating": {"masks": {"Words": "last four"}},
        "branch": {"masks": {"city": "hide"}},
    }
}
POLICY = Policy.model_validate(
    {
        "version": "test",
        "roles": {
            "banker": _BANKER,
            "clerk": _CLERK,
            "auditor": {"tables": {"*": {"shows": ["*"]}}},
            "reader": {"tables": {"*": {}}},
        },
        "people": [
            {"user": "U1", "role": "banker", "attributes": {"branch": 1}},
            {"user": "U2", "role": "banker", "attributes": {"branch": [1, 2]}},
            {"user": "U3", "role": "clerk"},
            {"user": "U4", "role": "auditor"},
            {"user": "U5", "role": "reader"},
        ],
        "channels": {"C1": {"clearance": "banker", "attributes": {"branch": 1}}},
    }
)
BANKER, WIDER, CLERK, AUDITOR, READER, NOBODY = (Person(f"U{number}") for number in range(1, 7))
