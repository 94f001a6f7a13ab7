"""What decides about appeals: pure, no database, no clock. `docs/rules/appeals.md` holds the tables that tests run."""
