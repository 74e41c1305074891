using Polly;
using Polly.CircuitBreaker;

namespace Berth.Host.Health;

/// <summary>
/// Polly's circuit breaker, told of calls when they have ended. It decides when the circuit opens and when it closes; under
/// <see cref="InstanceBreaker"/>'s lock.
/// </summary>
internal sealed class BreakerCircuit
{
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<bool> _pipeline;
    private readonly int _votes;

    public BreakerCircuit(BreakerRules rules, TimeProvider time)
    {
        // Polly opens from a least number of calls on, good ones included; ours is a least number of bad ones. So a bad call
        // has as many votes as bad calls are needed, and a good call has one: with b bad and g good calls,
        // "votes >= threshold * votes of a bad one, share >= v / (v + 1)" says exactly "b >= threshold and b >= g".
        // At least two votes, because Polly takes no least number below two.
        _votes = Math.Max(2, rules.FailureThreshold);
        _pipeline = new ResiliencePipelineBuilder<bool> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<bool>
            {
                MinimumThroughput = rules.FailureThreshold * _votes,
                FailureRatio = _votes / (_votes + 1.0),
                SamplingDuration = rules.Window,
                BreakDuration = rules.RecoveryTimeout,
                ShouldHandle = static call => ValueTask.FromResult(call.Outcome.Result),
                StateProvider = _state,
            })
            .Build();
    }

    public bool IsOpen => _state.CircuitState == CircuitState.Open;

    /// <summary>Tells of a call that ended while the circuit was closed.</summary>
    public void Tell(bool isBad)
    {
        for (var votes = isBad ? _votes : 1; votes > 0 && !IsOpen; votes--)
            Vote(isBad);
    }

    /// <summary>
    /// Tells how the trial after a break ended: Polly's one probe. <see langword="null"/> when Polly has it as its state now;
    /// otherwise how long the break lasts still, because the clock was set back.
    /// </summary>
    public TimeSpan? Conclude(bool isBad) => Vote(isBad).Exception is BrokenCircuitException { RetryAfter: { } left } ? left : null;

    private Outcome<bool> Vote(bool isBad)
    {
        var context = ResilienceContextPool.Shared.Get();
        try
        {
            // Nothing in it waits: the call has ended, and the options have no asynchronous parts.
            var vote = _pipeline.ExecuteOutcomeAsync(static (_, isBad) => Outcome.FromResultAsValueTask(isBad), context, isBad);
            return vote.IsCompleted ? vote.Result : vote.AsTask().GetAwaiter().GetResult();
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
