using Berth.Host.Health;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Health;

/// <summary>A breaker that opens after five bad calls, with a clock that tests move.</summary>
internal sealed class BreakerBed
{
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    public BreakerBed()
    {
        Time.Stop();
        Breaker = Create(5, 3);
    }

    public MovableTime Time { get; } = new();

    public RecordedEvents Events { get; } = new();

    public InstanceBreaker Breaker { get; }

    public static BreakerRules Rules(int threshold, int halfOpen) => new(true, threshold, Recovery, halfOpen, Window, TimeSpan.FromSeconds(10));

    public InstanceBreaker Create(int threshold, int halfOpen) => Create(Rules(threshold, halfOpen));

    public InstanceBreaker Create(BreakerRules rules) => new(new PluginVersionId("Notes", "1.0.0"), rules, Time, Events);

    public void Open()
    {
        Call(5, CallVerdict.Bad);
        Breaker.State.ShouldBe(BreakerState.Open);
    }

    public void OpenAndWait()
    {
        Open();
        Time.Advance(Recovery);
    }

    public void Call(int times, CallVerdict verdict)
    {
        for (var call = 0; call < times; call++)
            Call(Breaker, verdict);
    }

    public static void Call(InstanceBreaker breaker, CallVerdict verdict)
    {
        breaker.TryEnter(out var pass, out var wait).ShouldBeTrue($"refused for {wait}");
        breaker.Leave(Ended(pass), verdict);
    }

    public BreakerPass Enter()
    {
        Breaker.TryEnter(out var pass, out var wait).ShouldBeTrue($"refused for {wait}");
        return pass;
    }

    public void Leave(BreakerPass pass, CallVerdict verdict) => Breaker.Leave(Ended(pass), verdict);

    public TimeSpan IsRefused()
    {
        Breaker.TryEnter(out _, out var wait).ShouldBeFalse();
        return wait;
    }

    private static EndedCall Ended(BreakerPass pass) => new(CallKind.Request, "GET /notes", CallResult.Failed, "it did", TimeSpan.Zero) { Pass = pass };
}
