"""The two contracts between the planes: the snapshot goes down, the journal comes up."""
