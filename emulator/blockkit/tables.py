"""Tables and charts: the blocks that carry figures."""

from typing import Any

from emulator.blockkit import rich_text
from emulator.blockkit.proof import Proof, characters

Json = dict[str, Any]
COLUMNS = 20


def check_table(proof: Proof, block: Json, at: str) -> None:
    rows = proof.items(block["rows"], f"{at}/rows", 100)
    for index, row in enumerate(rows):
        _row(proof, row, f"{at}/rows/{index}", ("raw_text", "rich_text"))
    for index, setting in enumerate(proof.items(block.get("column_settings"), f"{at}/column_settings", COLUMNS)):
        if setting is not None and proof.fields(setting, f"{at}/column_settings/{index}", (), ("align", "is_wrapped")):
            proof.one_of(setting.get("align"), f"{at}/column_settings/{index}/align", ("left", "center", "right"))
    if characters(rows) > 10_000:
        proof.fault(f"{at}/rows", "table text must be less than 10001 characters")


def check_data_table(proof: Proof, block: Json, at: str) -> None:
    """A header row of plain cells, then one to two hundred rows just as long."""
    proof.string(block["caption"], f"{at}/caption", 3000)
    proof.integer(block.get("page_size"), f"{at}/page_size", 1, 100)
    rows = proof.items(block["rows"], f"{at}/rows", 201, least=2)
    for index, row in enumerate(rows):
        kinds = ("raw_text", "raw_number", "rich_text") if index else ("raw_text", "raw_number")
        _row(proof, row, f"{at}/rows/{index}", kinds)
    lengths = {len(row) for row in rows if isinstance(row, list)}
    if len(lengths) > 1:
        proof.fault(f"{at}/rows", "all rows must have the same number of columns")
    proof.integer(block.get("row_header_column_index"), f"{at}/row_header_column_index", 0, max(lengths, default=1) - 1)
    if characters(rows) > 20_000:
        proof.fault(f"{at}/rows", "data table text must be less than 20001 characters")


def _row(proof: Proof, row: Any, at: str, kinds: tuple[str, ...]) -> None:
    for index, cell in enumerate(proof.items(row, at, COLUMNS)):
        _cell(proof, cell, f"{at}/{index}", kinds)


def _cell(proof: Proof, cell: Any, at: str, kinds: tuple[str, ...]) -> None:
    kind = cell.get("type") if isinstance(cell, dict) else None
    if kind not in kinds:
        proof.fault(at, f"unsupported type: {kind}")
    elif kind == "rich_text":
        if proof.fields(cell, at, ("elements",), ("block_id",)):
            rich_text.check(proof, cell, at)
    elif kind == "raw_number":
        if proof.fields(cell, at, ("value", "text")):
            proof.number(cell["value"], f"{at}/value")
            proof.string(cell["text"], f"{at}/text", 20_000)
    elif proof.fields(cell, at, ("text",), ("emoji",)):
        proof.string(cell["text"], f"{at}/text", 20_000)


def check_chart(proof: Proof, block: Json, at: str) -> None:
    proof.string(block["title"], f"{at}/title", 50)
    chart, place = block["chart"], f"{at}/chart"
    kind = chart.get("type") if isinstance(chart, dict) else None
    if kind == "pie":
        if proof.fields(chart, place, ("segments",)):
            _segments(proof, chart["segments"], f"{place}/segments")
    elif kind not in ("bar", "line", "area"):
        proof.fault(place, f"unsupported type: {kind}")
    elif proof.fields(chart, place, ("series", "axis_config")):
        _series(proof, chart, place)


def _segments(proof: Proof, segments: Any, at: str) -> None:
    for index, segment in enumerate(proof.items(segments, at, 12)):
        if proof.fields(segment, f"{at}/{index}", ("label", "value")):
            proof.string(segment["label"], f"{at}/{index}/label", 20)
            proof.number(segment["value"], f"{at}/{index}/value")
            if isinstance(segment["value"], int | float) and segment["value"] <= 0:
                proof.fault(f"{at}/{index}/value", "must be greater than 0")


def _series(proof: Proof, chart: Json, at: str) -> None:
    if not proof.fields(chart["axis_config"], f"{at}/axis_config", ("categories",), ("x_label", "y_label")):
        return
    axis = chart["axis_config"]
    categories = proof.items(axis["categories"], f"{at}/axis_config/categories", 20)
    for index, category in enumerate(categories):
        proof.string(category, f"{at}/axis_config/categories/{index}", 20)
    proof.different(categories, f"{at}/axis_config/categories", "categories")
    proof.string(axis.get("x_label"), f"{at}/axis_config/x_label", 50)
    proof.string(axis.get("y_label"), f"{at}/axis_config/y_label", 50)
    series = proof.items(chart["series"], f"{at}/series", 12)
    for index, line in enumerate(series):
        if proof.fields(line, f"{at}/series/{index}", ("name", "data")):
            proof.string(line["name"], f"{at}/series/{index}/name", 20)
            _points(proof, line["data"], f"{at}/series/{index}/data", categories)
    proof.different([line.get("name") for line in series if isinstance(line, dict)], f"{at}/series", "series names")


def _points(proof: Proof, points: Any, at: str, categories: list[Any]) -> None:
    labels = []
    for index, point in enumerate(proof.items(points, at, 20)):
        if proof.fields(point, f"{at}/{index}", ("label", "value")):
            proof.number(point["value"], f"{at}/{index}/value")
            labels.append(point["label"])
    if sorted(map(str, labels)) != sorted(map(str, categories)):
        proof.fault(at, "must have exactly one point for every category")
