"""Numbers for marketers: the funnel. Each number comes from a named question and stands beside its definition."""
