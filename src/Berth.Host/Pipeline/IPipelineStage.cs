namespace Berth.Host.Pipeline;

/// <summary>One step on the way from a version's id to a running instance.</summary>
internal interface IPipelineStage
{
    /// <summary>Its name in events and messages, one word.</summary>
    string Phase { get; }

    /// <summary>The code of what this stage's foreign code throws, for example <c>plugin.load_failed</c>.</summary>
    string FaultCode { get; }

    /// <summary>Adds its part to <paramref name="parts"/>, or says why the version cannot run.</summary>
    ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken);
}
