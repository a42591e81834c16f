"""Standards, expressions, evaluation, deviations, waivers, template fields. Knows canonical, nothing of connectors."""
