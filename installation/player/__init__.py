"""The one door to libmpv: plays shows and knows nothing of YAML."""
