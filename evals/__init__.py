"""How good the answers are: suites of questions whose answers are known, and what is measured on them."""
