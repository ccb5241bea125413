"""The copy in MLflow: the only place that imports it."""

from tracking.mlflow_store.reading import Reader, old_runs
from tracking.mlflow_store.store import MlflowStore

__all__ = ["MlflowStore", "Reader", "old_runs"]
