"""The `ray` engine: replicas of another engine on a Ray cluster.

`dispatch` decides which draw is where and knows no Ray; `replica` is what runs inside an actor; `pool` starts, calls and
buries actors; `cluster` joins or makes the cluster; `ray_engine` is the engine that the rest of dartkit sees.
"""
