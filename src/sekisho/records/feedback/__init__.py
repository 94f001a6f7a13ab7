"""What people send on purpose: reports with what they chose to attach, and the survey that knows nobody."""
