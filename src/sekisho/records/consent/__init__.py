"""Who allowed training, and who did not: choices with receipts, the partner program, members' objections."""
