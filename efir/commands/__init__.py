"""What an operator types, one topic a file. Commands read, call a floor below and print; they hold no rules."""
