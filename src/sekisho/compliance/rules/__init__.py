"""What compliance decides: which regimes apply, when clocks end, what a report says. Pure, no database, no clock."""
