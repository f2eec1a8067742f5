"""The calls of programs, a resource each."""
