r"""Drop-in reward functions: the signatures of other libraries, the verdicts of dartkit.

| module       | function                                                           | order of the two texts | nobody can tell |
|--------------|--------------------------------------------------------------------|------------------------|-----------------|
| `verl`       | `compute_score(data_source, solution_str, ground_truth, …)`        | response, then gold    | 0.0 and `undecided` |
| `trl`        | `accuracy_reward(completions, solution, …)`                        | responses, then golds  | None |
| `math_verify`| `verify(gold, target, …)` on what `parse` returned                 | gold first             | False, or `VerifyError` on request |
| `openrlhf`   | `reward_func(queries, prompts, labels, …)`                         | responses, then golds  | 0.0 and `undecided` |
| `nemo_rl`    | `verify(pred_responses, ground_truths, …)`                         | responses, then golds  | 0.0 |

Pitfall: `math_verify.verify` takes the gold answer first and all others take it last. dartkit's comparison is symmetric for
answers, so a swapped call is seldom noticed; it is wrong as soon as one of the two is a whole response. Name the arguments.

Every function may be called from any thread and from any number of threads, installs no signal handler, keeps the order
of its inputs and never raises for any text. Unknown keyword arguments are taken only where the library itself takes them.
"""
