"""The pages for people, a subject each."""
