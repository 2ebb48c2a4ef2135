"""What reinforcement learning minimises: one file for each algorithm, and the parts that they share.

A token's loss comes from its algorithm (`registry`), times the rollout correction (`correction`), plus divergence and entropy
terms (`kl`, `entropy`); `aggregation` says what each sample's tokens weigh, `policy_loss` puts it together.
"""
