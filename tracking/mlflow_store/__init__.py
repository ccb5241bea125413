"""The copy in MLflow: the only place that imports it."""

from tracking.mlflow_store.store import MlflowStore

__all__ = ["MlflowStore"]
