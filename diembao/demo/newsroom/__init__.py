"""The sample newsroom: invented outlets with invented articles, served on loopback."""

from diembao.demo.newsroom.article import Article, Expectation
from diembao.demo.newsroom.errors import NewsroomError
from diembao.demo.newsroom.site import Asked, Newsroom

__all__ = ["Article", "Asked", "Expectation", "Newsroom", "NewsroomError"]
