"""What can be wrong with the sample newsroom."""


class NewsroomError(Exception):
    """A file of the newsroom is wrong, or something was asked of it that it does not have."""
