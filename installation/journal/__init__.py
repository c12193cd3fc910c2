"""Events and their sentences: the staff log, the journal for programs, the present status."""
