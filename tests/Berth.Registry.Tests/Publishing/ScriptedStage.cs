using Berth.Registry.Publishing;

namespace Berth.Registry.Tests.Publishing;

/// <summary>A stage that says what its test wants.</summary>
internal sealed class ScriptedStage(string name = "scan") : IPublishStage
{
    private int _runs;

    public string Name => name;

    public int RuleSet => 7;

    public int Runs => _runs;

    public Func<PublishContext, CancellationToken, Task<StageVerdict>> Say { get; set; } = (_, _) => Task.FromResult<StageVerdict>(new StageVerdict.Passed());

    public Task<StageVerdict> RunAsync(PublishContext publish, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        return Say(publish, cancellationToken);
    }

    public void Says(StageVerdict verdict) => Say = (_, _) => Task.FromResult(verdict);

    public void Throws() => Say = (_, _) => throw new InvalidOperationException("The scanner was killed.");
}
