"""The help centre: articles in pairs, versions, audiences, votes."""
