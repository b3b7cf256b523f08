"""Code that the scripts share: reading results, statistics, figures, rules of style."""
