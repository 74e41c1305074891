using System.Collections.Immutable;
using Berth.Data.Blobs;

namespace Berth.Registry.Publishing;

/// <summary>One publish under way in this process: what its stages have said, how it ends, and whether it is written down.</summary>
internal sealed class PublishRun(PublishWork work, Func<Stream> content)
{
    private readonly TaskCompletionSource<PublishOutcome> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableList<StageRecord> _said = [];

    public PublishWork Work => work;

    /// <summary>The package's bytes, a stream for each caller.</summary>
    public Func<Stream> Content => content;

    /// <summary>Held while the end is written, or the row without which nobody is told that the publish goes on.</summary>
    public SemaphoreSlim Writing { get; } = new(1);

    /// <summary>Whether the table has it: then it outlives this process. Changed under <see cref="Writing"/>.</summary>
    public bool IsJournaled { get; set; }

    /// <summary>The staging file, in the process that received the package.</summary>
    public StagedBlob? Blob { get; init; }

    /// <summary>Whether its end is written: nothing more is. Changed under <see cref="Writing"/>.</summary>
    public bool IsOver { get; set; }

    /// <summary>How it ended.</summary>
    public Task<PublishOutcome> Ended => _ended.Task;

    /// <summary>What the stages have said so far.</summary>
    public IReadOnlyList<StageRecord> Said => Volatile.Read(ref _said);

    public void Say(StageRecord record) => ImmutableInterlocked.Update(ref _said, static (said, one) => said.Add(one), record);

    public void End(PublishOutcome outcome) => _ended.TrySetResult(outcome);

    public void Fail(Exception exception)
    {
        _ended.TrySetException(exception);
        // Whoever waited is gone, perhaps; then nobody else looks at it.
        _ = _ended.Task.Exception;
    }

    /// <summary>Gives the staging file back, when nobody writes any more.</summary>
    public async Task CloseAsync()
    {
        await Writing.WaitAsync();
        IsOver = true;
        Writing.Release();
        if (Blob is not null)
            await Blob.DisposeAsync();
    }

    /// <summary>As it stands.</summary>
    public Publication ToPublication(DateTimeOffset now) => new(
        work.Id, work.Package.Manifest.Name, work.Version, work.Package.Digest, PublicationState.Running, work.Request.PublisherId, Said, null, work.BegunAt, now);

    public PublishContext ToContext() => new(work.Request, work.Package, content);
}
