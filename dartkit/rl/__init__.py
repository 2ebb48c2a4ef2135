"""Reinforcement learning with verifiable rewards (DAPO); the stage is `dartkit.rl.train.train_rl`."""
