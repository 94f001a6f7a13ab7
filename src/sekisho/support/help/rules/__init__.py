"""What the help centre decides: who may read what, how fresh it is, how it is set. Pure: no database, no clock."""
