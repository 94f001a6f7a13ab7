"""The support bot: answers from articles that the reader may read, with checked citations, or abstains."""
