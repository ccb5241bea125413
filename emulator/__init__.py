"""A Slack on your laptop: Web API, Socket Mode and a web page, on 127.0.0.1 only."""
