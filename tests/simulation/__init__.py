"""A sampler in virtual time: the real scheduler over an engine without a model, beside a model of the published synchronous loop."""
