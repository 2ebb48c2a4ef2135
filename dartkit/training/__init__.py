"""What supervised fine-tuning and reinforcement learning share: model, batches, log-probabilities, optimizer, checkpoints."""
