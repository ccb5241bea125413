"""AutoGen Multi-Agent: a team of agents behind the same contract."""
