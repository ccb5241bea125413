"""What a query written by a model computes, told from its tree and the catalogue."""
