"""From words to SQL: three ways, one contract."""
