"""Supervised fine-tuning on exported conversations; the stage is `dartkit.sft.train.train_sft`."""
