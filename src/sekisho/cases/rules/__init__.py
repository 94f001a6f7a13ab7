"""What is decided about cases: pure, with time handed in. The page is `docs/rules/cases.md`."""
