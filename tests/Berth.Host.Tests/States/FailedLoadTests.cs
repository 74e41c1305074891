using Berth.Host.Pipeline;
using Berth.Host.States;

namespace Berth.Host.Tests.States;

public sealed class FailedLoadTests
{
    private static readonly HostOptions Options = new() { CrashBudget = 5, CrashBudgetWindow = TimeSpan.FromMinutes(10) };

    [Fact]
    public void Crashes_beyond_the_budget_are_not_kept()
    {
        IReadOnlyList<DateTimeOffset> before = [];
        for (var crash = 1; crash <= 100; crash++)
        {
            var failed = Crash(before);
            failed.Attempts.ShouldBe(Math.Min(crash, Options.CrashBudget));
            failed.IsSpent.ShouldBe(crash >= Options.CrashBudget, "and none of them is forgotten that the budget counts");
            before = failed.Recent;
        }
    }

    [Fact]
    public void Crashes_older_than_the_window_do_not_count()
    {
        var old = TimeProvider.System.GetUtcNow() - Options.CrashBudgetWindow - TimeSpan.FromSeconds(1);
        Crash([old, old, old, old]).Attempts.ShouldBe(1);
    }

    private static FailedLoad Crash(IReadOnlyList<DateTimeOffset> before) =>
        FailedLoad.AfterCrash(before, new StageFault("plugin.crashed", "gone"), Options, TimeProvider.System, Task.FromResult<UnloadOutcome>(new UnloadOutcome.Unloaded()));
}
