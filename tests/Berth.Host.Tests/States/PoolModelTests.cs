using Berth.Events;
using Berth.Host.States;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.States;

/// <summary>Random operations on one version beside a model of a few lines that says how each has to end.</summary>
public sealed class PoolModelTests
{
    private static readonly PluginVersionId Echo = new("Echo", "1.0.0");

    [Theory]
    [InlineData(20261126)]
    [InlineData(1)]
    [InlineData(77)]
    [InlineData(4711)]
    public async Task One_after_another_they_end_as_the_model_says(int seed)
    {
        await using var bed = await PluginBed.StartAsync(new HostOptions { Jitter = () => 0, CrashBudget = 4, CrashBudgetWindow = TimeSpan.FromHours(1), RetireInterval = TimeSpan.FromHours(9), IdleTimeout = TimeSpan.FromHours(10) });
        bed.Time.Stop();
        var model = new Model(bed);
        var random = new Random(seed);
        for (var step = 0; step < 120; step++)
            await model.StepAsync(random.Next(9), $"seed {seed}, step {step}");
        Legal(bed.Events, seed);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task All_at_once_they_never_ask_for_a_change_that_the_table_does_not_have(int seed)
    {
        await using var bed = await PluginBed.StartAsync(new HostOptions { Jitter = () => 1, CrashBudget = 1000, DrainTime = TimeSpan.FromMilliseconds(200) });
        var fails = false;
        bed.Source.Change = files => fails ? throw new IOException("away") : files;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(who => Task.Run(async () =>
        {
            var random = new Random((seed * 100) + who);
            for (var i = 0; i < 60; i++)
            {
                switch (random.Next(12))
                {
                    case 0:
                        await bed.Pool.UnloadAsync(Echo);
                        break;
                    case 1:
                        await bed.Pool.ReloadAsync(Echo);
                        break;
                    case 2:
                        await bed.Pool.QuarantineAsync(Echo, "model");
                        break;
                    case 3 or 4:
                        bed.Pool.EndQuarantine(Echo);
                        break;
                    case 5:
                        bed.Pool.Release(Echo);
                        break;
                    case 6:
                        fails = random.Next(4) == 0;
                        break;
                    case 7:
                        bed.Time.Advance(TimeSpan.FromMinutes(31));
                        await bed.Pool.RetireIdleAsync();
                        break;
                    default:
                        if (await bed.Pool.LeaseAsync(Echo) is LeaseOutcome.Leased leased)
                            leased.Lease.Dispose();
                        break;
                }
            }
        })));

        fails = false;
        bed.Pool.EndQuarantine(Echo);
        await bed.Pool.UnloadAsync(Echo);
        bed.Pool.Release(Echo);
        using (await bed.LeaseAsync("Echo"))
            bed.Pool.Snapshot().Single().State.ShouldBe(InstanceState.Loaded);
        Legal(bed.Events, seed);
        bed.Pool.Statistics.Leaked.ShouldBe(0);
    }

    private static void Legal(RecordedEvents events, int seed)
    {
        events.Of<InstanceTransitionRefused>().ShouldBeEmpty($"seed {seed}");
        var state = "discovered";
        foreach (var change in events.Of<InstanceStateChanged>())
        {
            change.From.ShouldBe(state, $"seed {seed}");
            state = change.To;
        }
    }

    /// <summary>What the host should be like: whether it runs, is quarantined, how often it failed, and whether the store is away.</summary>
    private sealed class Model(PluginBed bed)
    {
        private readonly List<IInstanceLease> _leases = [];
        private bool _runs;
        private bool _isQuarantined;
        private bool _isAway;
        private int _failures;
        private DateTimeOffset _retryAt;

        private bool IsSpent => _failures >= 4;

        public async Task StepAsync(int operation, string where)
        {
            switch (operation)
            {
                case 0 or 1:
                    await LeaseAsync(where);
                    break;
                case 2:
                    foreach (var lease in _leases)
                        lease.Dispose();
                    _leases.Clear();
                    break;
                case 3 when _leases.Count == 0:
                    (await bed.Pool.UnloadAsync(Echo)).ShouldBeOfType(_runs ? typeof(UnloadOutcome.Unloaded) : typeof(UnloadOutcome.NotLoaded), where);
                    _runs = false;
                    break;
                case 4 when _leases.Count == 0:
                    await ReloadAsync(where);
                    break;
                case 5 when _leases.Count == 0:
                    await bed.Pool.QuarantineAsync(Echo, "the model says so");
                    (_runs, _isQuarantined) = (false, true);
                    break;
                case 6:
                    bed.Pool.EndQuarantine(Echo).ShouldBe(_isQuarantined, where);
                    _failures = _isQuarantined ? 0 : _failures;
                    _isQuarantined = false;
                    break;
                case 7:
                    _isAway = !_isAway;
                    bed.Source.Change = _isAway ? _ => throw new IOException("away") : files => files;
                    break;
                case 8:
                    bed.Time.Advance(TimeSpan.FromSeconds(5));
                    if (!_isQuarantined)
                    {
                        bed.Pool.Release(Echo).ShouldBe(_failures > 0 && !_runs, where);
                        _failures = 0;
                    }

                    break;
            }

            Expected().ShouldContain(bed.Pool.Snapshot().SingleOrDefault()?.State ?? InstanceState.Discovered, where);
        }

        private InstanceState[] Expected() =>
            _isQuarantined ? [InstanceState.Quarantined]
            : _runs ? [InstanceState.Loaded]
            : _failures > 0 ? [InstanceState.Failed]
            : [InstanceState.Unloaded, InstanceState.Discovered];

        private async Task LeaseAsync(string where)
        {
            var outcome = await bed.Pool.LeaseAsync(Echo);
            if (_isQuarantined)
            {
                outcome.ShouldBeOfType<LeaseOutcome.Failed>(where).Code.ShouldBe("plugin.quarantined", where);
                return;
            }

            if (!_runs && (IsSpent || bed.Time.GetUtcNow() < _retryAt) && _failures > 0)
            {
                outcome.ShouldBeOfType<LeaseOutcome.Failed>(where).Code.ShouldBe(IsSpent ? "plugin.crash_budget_spent" : "plugin.store_failed", where);
                return;
            }

            if (!_runs && _isAway)
            {
                Failed();
                outcome.ShouldBeOfType<LeaseOutcome.Failed>(where).Code.ShouldBe(IsSpent ? "plugin.crash_budget_spent" : "plugin.store_failed", where);
                return;
            }

            _leases.Add(outcome.ShouldBeOfType<LeaseOutcome.Leased>(where).Lease);
            (_runs, _failures) = (true, 0);
        }

        private async Task ReloadAsync(string where)
        {
            var outcome = await bed.Pool.ReloadAsync(Echo);
            if (_isQuarantined)
            {
                outcome.ShouldBeOfType<ReloadOutcome.Failed>(where).Code.ShouldBe("plugin.quarantined", where);
                return;
            }

            if (_isAway)
            {
                outcome.ShouldBeOfType<ReloadOutcome.Failed>(where).IsOldKept.ShouldBe(_runs, where);
                if (!_runs)
                {
                    _failures = 0;
                    Failed();
                }

                return;
            }

            outcome.ShouldBeOfType<ReloadOutcome.Reloaded>(where).Replaced.ShouldBe(_runs, where);
            (_runs, _failures) = (true, 0);
        }

        private void Failed()
        {
            _failures++;
            _retryAt = bed.Time.GetUtcNow() + TimeSpan.FromSeconds(1 << (_failures - 1));
        }
    }
}
