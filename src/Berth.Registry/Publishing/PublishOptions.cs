namespace Berth.Registry.Publishing;

/// <summary>How publishing works.</summary>
public sealed record PublishOptions
{
    /// <summary>How long one stage may look at one package; then the version is held. Default one minute.</summary>
    public TimeSpan StageTimeLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a publish that is not waited for belongs to a process that is not heard of any more. Default 15 seconds.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);
}
